"""Which sessions home has given a reason for, so that no letter asks what the log has."""

from dataclasses import replace

import polars as pl

from attendkit.findings import View, reasons_told
from attendkit.register.model import MARKS

KEY = ("pupil", "date", "session")


def without_reason(view: View, marks: pl.DataFrame) -> pl.DataFrame:
    """Those of some marks for whose session the log has no reason from home, as `absences` has it."""
    heard = pl.col("pupil").is_in(view.casework.whose("call", "message"))
    told = [pl.DataFrame(schema={name: MARKS[name] for name in KEY})]
    for (day,), theirs in marks.filter(heard).group_by("date"):
        reasons = reasons_told(replace(view, on=day), theirs["pupil"].unique().sort())
        told.append(reasons.select("pupil", date=pl.lit(day, pl.Date), session="session"))
    return marks.join(pl.concat(told), on=KEY, how="anti", maintain_order="left")
