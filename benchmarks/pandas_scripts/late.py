"""Who was late today as an ordinary pandas script has it: minutes, and lates this half term and year."""

import pandas as pd

from benchmarks.pandas_scripts.loading import asked, marks, pupils, told

folder, on = asked()
read = marks(folder, on)
days = pd.Series(sorted(read["Date"].unique()))
half_term = days[(days.diff().dt.days > 7) | (days.index == 0)].max()
late = read[read["Mark"].isin(["L", "U"])]
today = late[late["Date"] == on].set_index("Adno")
today["minutes"] = pd.to_numeric(today["Minutes Late"])
for when, since in (("half_term", half_term), ("year", days.min())):
    lately = late[late["Date"] >= since]
    term = pd.crosstab(lately["Adno"], lately["Mark"])
    today = today.join(term.rename(columns={"L": f"late_{when}", "U": f"after_close_{when}"}))
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg"]]
told(today.join(names).drop(columns="Date").sort_values(["Reg", "Legal Surname"]))
