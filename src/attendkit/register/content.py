"""What a register holds, as one digest that no file name, order of reading or numbering can change."""

import hashlib
from io import BytesIO

import polars as pl

from attendkit.register.model import CONTACTS, MARKS, PUPILS


def content_digest(pupils: pl.DataFrame, marks: pl.DataFrame, contacts: pl.DataFrame) -> str:
    """SHA-256 of the three tables as CSV, each in the order of pupils' keys, without where they were read."""
    people = pupils.sort("key").with_row_index("at")
    places = people.select("pupil", pl.col("at").cast(pl.UInt32))
    told = hashlib.sha256()
    told.update(_csv(people.select(set_aside(PUPILS, "pupil"))))
    for table, schema in ((marks, MARKS), (contacts, CONTACTS)):
        said = set_aside(schema, "pupil", "source", "row", "column")
        ordered = table.join(places, on="pupil", how="left").select("at", *said)
        told.update(_csv(ordered.sort(ordered.columns[:3] if schema is MARKS else ordered.columns)))
    return told.hexdigest()


def set_aside(schema: pl.Schema, *names: str) -> list[str]:
    """The columns of a schema without some."""
    return [name for name in schema if name not in names]


def _csv(table: pl.DataFrame) -> bytes:
    text = BytesIO()
    table.write_csv(text)
    return text.getvalue()
