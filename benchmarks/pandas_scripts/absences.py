"""Today's absent pupils as an ordinary pandas script has them: days in a row, last on site, contacts."""

import sys

import pandas as pd

from benchmarks.pandas_scripts.loading import asked, contacts, marks, pupils, rates

folder, on = asked()
read = marks(folder, on)
today = read[(read["Date"] == on) & read["Kind"].isin(["authorised", "unauthorised"])]
absent = today.groupby("Adno")["Mark"].agg("".join).rename("codes")
theirs = read[read["Adno"].isin(absent.index)].sort_values(["Adno", "Date", "Session"])
on_site = theirs[theirs["Mark"].isin(["/", "\\", "L", "U"])]
last_on_site = on_site.groupby("Adno")["Date"].max().rename("last on site")
days = theirs.groupby(["Adno", "Date"])["Kind"].agg(
    lambda kinds: kinds.isin(["authorised", "unauthorised"]).all()
)
in_a_row = {
    adno: int(whole.droplevel(0).iloc[::-1].cumprod().sum()) for adno, whole in days.groupby(level="Adno")
}
table = pupils(folder)[["Legal Surname", "Legal Forename", "Year", "Reg", "Social Worker", "In Care"]]
table = table.join(absent, how="inner").join(last_on_site).join(rates(read)[["missed", "band"]])
table = table.join(contacts(folder).rename("contacts"))
table["days in a row"] = pd.Series(in_a_row)
table["no reason"] = table["codes"].str.contains("N")
order = ["no reason", "Social Worker", "In Care", "days in a row"]
sys.stdout.write(table.sort_values(order, ascending=False).to_string())
