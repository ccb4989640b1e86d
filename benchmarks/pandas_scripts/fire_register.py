"""Who is on site as an ordinary pandas script has it: unknown first, by tutor group."""

import sys

from benchmarks.pandas_scripts.loading import asked, marks, pupils

folder, on = asked()
read = marks(folder, on)
today = read[read["Date"] == on].sort_values("Session").groupby("Adno").last()
where = dict.fromkeys(["/", "\\", "L", "U"], "3 on site") | dict.fromkeys(
    ["N", "-", "", "M", "S", "X"], "1 unknown"
)
today["where"] = today["Mark"].map(where).fillna("2 absent")
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg", "House"]]
table = names.join(today, how="inner").sort_values(["where", "House", "Reg", "Legal Surname"])
sys.stdout.write(table.to_string())
