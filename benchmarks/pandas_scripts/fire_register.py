"""Who is on site as an ordinary pandas script has it: unknown first, by tutor group."""

from benchmarks.pandas_scripts.loading import NO_MARK, ON_SITE, asked, marks, pupils, roll_call, told

folder, on = asked()
today = roll_call(marks(folder, on), on)
latest = today[today["Session"] == today.loc[today["Mark"] != NO_MARK, "Session"].max()].set_index("Adno")
states = dict.fromkeys(ON_SITE, "on_site") | dict.fromkeys(["N", NO_MARK, "", "M", "S", "X"], "unknown")
latest["state"] = latest["Mark"].map(states).fillna("absent")
names = pupils(folder)[["Legal Surname", "Legal Forename", "Reg", "House"]]
table = names.join(latest.drop(columns="Date"), how="inner")
order = table["state"].map({"unknown": 0, "absent": 1, "on_site": 2})
told(table.assign(order=order).sort_values(["order", "House", "Reg", "Legal Surname"]))
