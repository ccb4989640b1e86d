"""One row a mark: pupil, date, session, mark."""

import polars as pl

from attendkit.model import Problem, Severity
from attendkit.read.layouts.rows import EXCEL_TRIMS, cut_row
from attendkit.read.shape import Shape, people_of, raw_marks, row_problem, skipped_remark
from attendkit.read.table import Table, is_furniture

_NEEDED = ("date", "session", "mark")


def shape(table: Table) -> Shape:
    """The rows of a long table."""
    body = _told_apart(table)
    furniture = body.filter(pl.col("is") == "furniture")
    refused, cost = _refused(table, body)
    kept = body.filter(pl.col("is") == "mark")
    warned = _extra_cells(table, kept)
    raw = raw_marks(
        kept.with_row_index("line"),
        line="line",
        row="row",
        column=pl.lit(table.fields["mark"] + 1),
        date_text=table.text(table.fields["date"]),
        date_damage=table.damage(table.fields["date"]),
        session_text=table.text(table.fields["session"]),
        mark_text=table.text(table.fields["mark"], strip=False),
        mark_damage=table.damage(table.fields["mark"]),
        minutes_text=table.text(table.fields.get("minutes")),
        minutes_damage=table.damage(table.fields.get("minutes")),
        comment=_comment(table),
    )
    return Shape(
        layout="long",
        tables=(table,),
        people=people_of(table, kept),
        raw=raw,
        refused=refused,
        cost=cost,
        warned=warned,
        remarks=skipped_remark(furniture["row"].to_list(), "headings, footers or blank lines"),
    )


def _told_apart(table: Table) -> pl.DataFrame:
    """The body with `is`: mark, furniture, short, truncated or shifted."""
    cells = table.body.select(**{name: table.text(table.fields[name]) for name in _NEEDED})
    undated = (cells["date"] == "") & (cells["session"] == "")
    nothing = undated & cells["mark"].str.contains(r"^[\d.,%]*$") if undated.any() else undated
    repeats = (cells["date"] == table.heading("date")) & (cells["mark"] == table.heading("mark"))
    body = table.body.with_columns(
        pl.when(repeats)
        .then(pl.lit("furniture"))
        .when(nothing)
        .then(pl.lit("look"))
        .otherwise(pl.lit("mark"))
        .alias("is"),
    )
    body = _looked_at(table, body)
    if table.grid.kinds is None:
        body = _short(table, body)
    return body


def _looked_at(table: Table, body: pl.DataFrame) -> pl.DataFrame:
    """Rows with no date, session or code, each looked at: furniture, or a row that lost its cells."""
    looked = body.filter(pl.col("is") == "look")
    if not looked.height:
        return body
    names = table.grid.cells.columns
    verdicts = {
        row: "furniture" if is_furniture(cells, table.titles) else "mark"
        for row, *cells in looked.select("row", *names).iter_rows()
    }
    return body.with_columns(
        pl.when(pl.col("is") == "look")
        .then(pl.col("row").replace_strict(verdicts, default="mark", return_dtype=pl.String))
        .otherwise("is")
        .alias("is")
    )


def _short(table: Table, body: pl.DataFrame) -> pl.DataFrame:
    """Rows of a text file that end before the header does, or that hold more than it."""
    needed = [table.fields[n] for n in table.fields if n not in {"comment", "minutes"}]
    is_mark = pl.col("is") == "mark"
    ends_early = is_mark & pl.col(f"c{table.width - 1}").is_null()
    reaches = pl.all_horizontal(*(pl.col(f"c{at}").is_not_null() for at in needed))
    trimmed = body.select((ends_early & reaches).sum()).item() >= EXCEL_TRIMS
    lost = ends_early & ~reaches if trimmed else ends_early
    shifts = "comment" in table.fields and max(table.fields[n] for n in _NEEDED) > table.fields["comment"]
    cut = cut_row(table)
    return body.with_columns(
        pl.when(pl.col("row") == (cut or 0))
        .then(pl.lit("truncated"))
        .when(lost)
        .then(pl.lit("short"))
        .when(is_mark & _overflow(table) & shifts)
        .then(pl.lit("shifted"))
        .otherwise("is")
        .alias("is")
    )


def _overflow(table: Table) -> pl.Expr:
    beyond = table.grid.cells.columns[table.width :]
    if not beyond or table.grid.kinds is not None:
        return pl.lit(value=False)
    return pl.any_horizontal(*(pl.col(name).fill_null("").str.strip_chars() != "" for name in beyond))


def _refused(table: Table, body: pl.DataFrame) -> tuple[tuple[Problem, ...], int]:
    bad = body.filter(pl.col("is").is_in(["short", "truncated", "shifted"]))
    problems = []
    for row, kind, *cells in bad.select("row", "is", *table.grid.cells.columns).iter_rows():
        count = sum(cell is not None for cell in cells)
        if kind == "truncated":
            problems.append(
                row_problem("truncated", row, "The file stops inside this row.", remedy="Export it again.")
            )
        elif kind == "short":
            problems.append(row_problem("short_row", row, f"{count} of {table.width} cells"))
        else:
            message = f"{count} cells, header has {table.width}: a comma in a comment has moved the mark"
            problems.append(row_problem("extra_cells", row, message, column=table.heading("comment")))
    return tuple(problems), len(problems)


def _extra_cells(table: Table, kept: pl.DataFrame) -> tuple[Problem, ...]:
    long_ones = kept.filter(_overflow(table)) if table.grid.kinds is None else kept.clear()
    heading = table.headings[-1]
    problems = []
    for row, *cells in long_ones.select("row", *table.grid.cells.columns).iter_rows():
        present = [cell for cell in cells if cell is not None]
        problems.append(
            Problem(
                "extra_cells",
                f"{len(present)} cells, header has {table.width}",
                row=row,
                column=heading,
                value=",".join(present[table.width - 1 :]),
                severity=Severity.WARNING,
            )
        )
    return tuple(problems)


def _comment(table: Table) -> pl.Expr:
    """The comment, with what an unquoted comma split off put back."""
    at = table.fields.get("comment")
    if at is None or at != table.width - 1 or table.grid.kinds is not None:
        return table.text(at)
    names = table.grid.cells.columns[at:]
    joined = pl.concat_str([pl.col(name) for name in names], separator=",", ignore_nulls=True)
    return (
        joined.fill_null("").str.strip_chars().str.strip_chars_end(",") if len(names) > 1 else table.text(at)
    )
