"""Who was late today as an ordinary pandas script has it: minutes, and lates this half term."""

import sys

from benchmarks.pandas_scripts.loading import asked, marks, pupils

folder, on = asked()
read = marks(folder, on)
gaps = read["Date"].drop_duplicates().sort_values()
half_term = gaps[gaps.diff().dt.days > 7].max()
late = read[read["Mark"].isin(["L", "U"])]
today = late[late["Date"] == on]
term = late[late["Date"] >= half_term].groupby(["Adno", "Mark"]).size().unstack(fill_value=0)
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg"]]
table = today.join(names, on="Adno").join(term, on="Adno").sort_values(["Reg", "Legal Surname"])
sys.stdout.write(table.to_string())
