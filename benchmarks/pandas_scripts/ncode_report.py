"""Every N still open as an ordinary pandas script has it: age in school days, deadline, pattern."""

import pandas as pd

from benchmarks.pandas_scripts.loading import asked, marks, pupils, told

folder, on = asked()
read = marks(folder, on)
days = pd.Index(sorted(read["Date"].unique()))
found = read[read["Mark"] == "N"].copy()
place = days.searchsorted(found["Date"])
found["age_school_days"] = len(days) - 1 - place
ahead = days.append(pd.bdate_range(on + pd.Timedelta(days=1), periods=6))
found["deadline"] = ahead[place + 5].strftime("%Y-%m-%d")
found["overdue"] = found["age_school_days"] > 5

absent = found[["Adno", "Date"]].drop_duplicates()
weekdays = absent.groupby(["Adno", absent["Date"].dt.day_name()]).size().rename("on it").reset_index()
weekdays["days"] = weekdays.groupby("Adno")["on it"].transform("sum")
often = weekdays[(weekdays["days"] >= 3) & (weekdays["on it"] * 2 > weekdays["days"])].set_index("Adno")
pattern = often["on it"].astype(str) + " of " + often["days"].astype(str) + " are " + often["Date"] + "s"
found["pattern"] = found["Adno"].map(pattern)
found["Date"] = found["Date"].dt.strftime("%Y-%m-%d")
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg", "House"]]
table = found.join(names, on="Adno").sort_values(["House", "Reg", "Legal Surname", "Date", "Session"])
told(table.set_index("Adno"))
