"""Tutor groups with marks missing today as an ordinary pandas script has them."""

import sys

from benchmarks.pandas_scripts.loading import asked, marks, pupils

folder, on = asked()
read = marks(folder, on).join(pupils(folder)[["Reg", "House"]], on="Adno")
read["missing"] = read["Mark"].isin(["-", ""])
sessions = read.groupby(["House", "Reg", "Date", "Session"])["missing"].agg(["sum", "size"])
sessions = sessions[sessions["sum"] > 0].reset_index()
this_term = sessions.groupby("Reg").size().rename("this half term")
table = sessions[sessions["Date"] == on].join(this_term, on="Reg")
sys.stdout.write(table.to_string())
