"""Absence bands as an ordinary pandas script has them: totals, band, sessions in hand."""

import sys

from benchmarks.pandas_scripts.loading import asked, marks, pupils, rates

folder, on = asked()
read = marks(folder, on)
found = rates(read)
for kind in ("present", "authorised", "unauthorised"):
    found[kind] = (read["Kind"] == kind).groupby(read["Adno"]).sum()
found["late"] = (read["Mark"] == "L").groupby(read["Adno"]).sum()
found["percent"] = (100 * found["present"] / found["possible"]).round(2)
found["in hand"] = ((found["possible"] - 1) // 10 - found["missed"]).clip(lower=0)
names = pupils(folder)[["Legal Surname", "Legal Forename", "Year", "Reg"]]
table = names.join(found, how="inner").sort_values(["missed"], ascending=False)
sys.stdout.write(table[table["band"] != "on track"].to_string())
