"""Today's absent pupils as an ordinary pandas script has them: days in a row, last on site, contacts."""

import pandas as pd

from benchmarks.pandas_scripts.loading import (
    NO_MARK,
    ON_SITE,
    asked,
    contacts,
    marks,
    pupils,
    rates,
    roll_call,
    told,
)

_ABSENT = ["authorised", "unauthorised"]
_FLAGS = {
    "Social Worker": "social_worker",
    "Child Protection": "child_protection",
    "In Care": "looked_after",
    "Young Carer": "young_carer",
}

folder, on = asked()
read = marks(folder, on)
people = pupils(folder)
today = roll_call(read, on).join(people["Reg"], on="Adno")
unmarked = today["Kind"] == "missing"
mostly = (~unmarked).groupby([today["Reg"], today["Session"]]).transform("mean") >= 0.5
latest = today.sort_values("Session").groupby("Adno")["Mark"].last().isin(ON_SITE).rename("on_site")
listed = today[today["Kind"].isin(_ABSENT) | (unmarked & mostly)].drop(columns="Reg")
listed = listed.assign(reason_known=~listed["Mark"].isin(["N", NO_MARK]))

theirs = read[read["Adno"].isin(listed["Adno"])].sort_values(["Adno", "Date", "Session"])
theirs["missed"] = theirs["Kind"].isin(_ABSENT)
theirs["seen"] = (theirs["Kind"] == "present") | theirs["Mark"].isin(ON_SITE)
days = theirs.groupby(["Adno", "Date"])[["missed", "seen"]].any().reset_index()
last_seen = days[days["seen"]].groupby("Adno")["Date"].max()
away = days[days["missed"] & ~(days["Date"] <= days["Adno"].map(last_seen))]
on_site = theirs[theirs["Mark"].isin(ON_SITE)].groupby("Adno")[["Date", "Session"]].last()
school_days = pd.Index(sorted(read["Date"].unique()))
possible = theirs[theirs["Kind"].isin(["present", *_ABSENT]) & (theirs["Date"] < on)]
about = pd.DataFrame(
    {
        "days_in_a_row": away.groupby("Adno").size(),
        "last_on_site": on_site["Date"].dt.strftime("%Y-%m-%d"),
        "last_on_site_session": on_site["Session"],
        "days_since_on_site": len(school_days)
        - 1
        - pd.Series(school_days.searchsorted(on_site["Date"]), on_site.index),
        "already_missing": possible.groupby("Adno")["Mark"].last().isin(["N", "O"]),
    }
).fillna({"days_in_a_row": 0})

table = listed.drop(columns="Date").set_index("Adno")
table = table.join(latest).join(about).join(rates(theirs)[["possible", "missed", "band"]])
table = table.join((people[list(_FLAGS)] == "Y").rename(columns=_FLAGS))
table = table.join(contacts(folder).rename("contacts"))
table = table.join(people[["Legal Surname", "Legal Forename", "Year", "Reg"]])
order = ["reason_known", *_FLAGS.values(), "already_missing", "days_in_a_row"]
told(table.sort_values(order, ascending=[name == "reason_known" for name in order]))
