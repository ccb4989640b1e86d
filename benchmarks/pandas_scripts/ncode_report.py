"""Every N still open as an ordinary pandas script has it: age in school days, deadline, overdue."""

import sys

import pandas as pd

from benchmarks.pandas_scripts.loading import asked, marks, pupils

folder, on = asked()
read = marks(folder, on)
days = pd.Index(sorted(read["Date"].unique()))
found = read[read["Mark"] == "N"].copy()
place = days.searchsorted(found["Date"])
found["age"] = len(days) - 1 - place
ahead = days.append(pd.bdate_range(on + pd.Timedelta(days=1), periods=6))
found["deadline"] = ahead[place + 5]
found["overdue"] = found["age"] > 5
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg", "House"]]
table = found.join(names, on="Adno").sort_values(["House", "Reg", "Legal Surname", "Date", "Session"])
sys.stdout.write(table.to_string())
