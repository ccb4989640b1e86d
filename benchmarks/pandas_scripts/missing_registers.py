"""Tutor groups with marks missing today as an ordinary pandas script has them."""

import numpy as np
import pandas as pd

from benchmarks.pandas_scripts.loading import NO_MARK, asked, marks, pupils, roll_call, told

folder, on = asked()
read = marks(folder, on)
days = pd.Series(sorted(read["Date"].unique()))
read = read[read["Date"] >= days[(days.diff().dt.days > 7) | (days.index == 0)].max()]
read = pd.concat([read[read["Date"] < on], roll_call(read, on)]).join(
    pupils(folder)[["Reg", "House"]], on="Adno"
)
read["missing"] = read["Mark"].isin([NO_MARK, ""])
sessions = read.groupby(["House", "Reg", "Date", "Session"])["missing"].agg(missing="sum", on_roll="size")
sessions["marked"] = sessions["on_roll"] - sessions["missing"]
lacking = sessions[sessions["missing"] > 0].reset_index()
lacking["state"] = np.where(lacking["marked"] == 0, "not taken", "partial")
this_term = pd.crosstab(lacking["Reg"], lacking["state"])
this_term = this_term.reindex(columns=["not taken", "partial"], fill_value=0)
this_term.columns = ["not_taken_half_term", "partial_half_term"]
told(lacking[lacking["Date"] == on].join(this_term, on="Reg").drop(columns="Date").set_index("Reg"))
