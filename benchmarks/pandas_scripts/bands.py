"""Absence bands as an ordinary pandas script has them: totals, band, and when it can change."""

import tomllib

import numpy as np
import pandas as pd

from benchmarks.pandas_scripts.loading import BANDS, asked, marks, pupils, rates, told

folder, on = asked()
read = marks(folder, on)
found = rates(read)
for code, name in (("L", "late"), ("U", "late_after_close"), ("N", "n_codes")):
    found[name] = (read["Mark"] == code).groupby(read["Adno"]).sum()
minutes = pd.to_numeric(read["Minutes Late"], errors="coerce").where(read["Mark"].isin(["L", "U"]), 0)
found["minutes_late"] = minutes.groupby(read["Adno"]).sum().astype(int)
found["not_possible"] = found.pop("not possible")

missed, possible = found["missed"], found["possible"]
hundredths = (found["present"] * 20_000 + possible) // (possible * 2)
found["percent"] = (hundredths // 100).astype(str) + "." + (hundredths % 100).astype(str).str.zfill(2)
lines = [missed * 100 == possible * line for line in (50, 10, 8)]
found["on_line"] = np.select(lines, [50, 10, 8], 0)
found["short_enrolment"] = possible < 50

terms = tomllib.loads((folder / "attendkit.toml").read_text(encoding="utf-8"))["terms"]
last = max(pd.Timestamp(term["last"]) for term in terms)
ahead = np.repeat(pd.bdate_range(on + pd.Timedelta(days=1), last).strftime("%Y-%m-%d"), 2)
over = found["band"].isin(BANDS[:2])
room = ((possible + len(ahead)) * 10 - 1) // 100 - missed
found["sessions_in_hand"] = room.clip(0, len(ahead))
found["in_hand_until"] = last.strftime("%Y-%m-%d")
sooner = (-((missed * 100 - possible * 10) // 90)).clip(lower=1)
later = ((missed * 100 - possible * 10) // 10 + 1).clip(lower=1)


def day_of(nth: pd.Series) -> pd.Series:
    """The day of the nth session to come."""
    days = ahead[(nth - 1).clip(upper=len(ahead) - 1)]
    return pd.Series(days, index=nth.index).where(nth <= len(ahead))


found["crosses_on"] = day_of(sooner).where(~over)
found["recovers_on"] = day_of(later).where(over)
found["cannot_recover"] = over & found["recovers_on"].isna()
before = read[read["Date"] < on]
found["band_before"] = rates(before[before["Date"] <= before["Date"].max()])["band"]

names = pupils(folder)[["Legal Surname", "Legal Forename", "Year", "Reg"]]
table = names.join(found, how="inner")
table = table[(table["band"] != BANDS[3]) | (table["on_line"] > 0)]
order = pd.Categorical(table["band"], BANDS, ordered=True)
told(
    table.assign(order=order).sort_values(["order", "missed"], ascending=[True, False]).drop(columns="order")
)
