"""Why another system's figures differ from the register's: an exact search over ways of counting.

Whole sessions only. First what holds for the whole school: the dates that the figures cover, and how codes
are counted. Then what is left over, pupil by pupil: dates of their own, or one or two ways of counting.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product
from typing import Any

import polars as pl

from attendkit.measures.causes import BY_CATEGORY, COUNTED, LIKELY, Cause, Vector, added, causes, size
from attendkit.measures.codes import told
from attendkit.model import Session
from attendkit.register.figures import FIGURES

Tally = dict[str, dict[int, tuple[int, Vector]]]
"""By code and pupil: how many sessions, and what each adds to the figures by the law's reading."""

_Effects = Mapping[int, tuple[int, Vector]]
"""What a way of counting does to each pupil: how many of their sessions, and the change in the figures."""

_Able = dict[tuple[Cause, ...], _Effects]

_AT = pl.col("at")

_LIKELY = 3
"""How many last sessions, and how many first ones, are tried."""

_TRIED = 3
"""Of those, how many are tried with every way of counting: the ones that bring the figures nearest."""

_ENOUGH = 100
"""One session in so many may be left without looking for other dates."""

_FEW = 20
"""One pupil in so many must agree up to a session for it to be tried."""


@dataclass(slots=True)
class Difference:
    """One pupil's figures in both places. `left` is theirs less ours, less what the causes account for.

    `why` is each cause in words, with how many of the pupil's sessions it is about.
    """

    pupil: int
    ours: Vector
    theirs: Vector
    left: Vector
    why: list[tuple[str, int]] = field(default_factory=list)

    @property
    def sessions(self) -> int:
        """How many sessions the figures differ by, all of them added."""
        return size(added(self.theirs, self.ours, -1))

    @property
    def explained(self) -> int:
        """How many of those the causes account for."""
        return max(self.sessions - size(self.left), 0)


def differences(marks: pl.DataFrame, theirs: pl.DataFrame) -> list[Difference]:
    """Each pupil who is in both places, with what explains the difference.

    Args:
        marks: the register's marks that our figures are made from, `register.model.MARKS`.
        theirs: `register.figures.THEIRS`, with known pupils only. A figure that it lacks is not compared.
    """
    known = [theirs[name].null_count() < theirs.height for name in FIGURES]
    sessions = _read(marks, known)
    best, *others = [_Trial(sessions, theirs, *window) for window in _windows(sessions, theirs)]
    apart = best.left
    best.count(known)
    for trial in sorted(others, key=lambda trial: trial.left)[:_TRIED]:
        if best.left * _ENOUGH <= apart or trial.left >= apart:
            break  # nearly all is explained, or these dates bring the figures no nearer
        trial.count(known)
        best = min(best, trial, key=lambda one: one.left)
    found, inside = best.found, best.inside
    _own_dates(found, inside, best.everywhere, known)
    _no_rows(found, inside, known)
    _alone(found, inside, best.everywhere, known)
    return list(found.values())


class _Trial:
    """The dates that the figures may cover, and what is left once codes are counted as fits them best."""

    def __init__(self, sessions: pl.DataFrame, theirs: pl.DataFrame, window: pl.Expr, said: str) -> None:
        self.inside = sessions.filter(window)
        self.found = {one.pupil: one for one in _beside(sessions, self.inside, theirs, said)}
        self.everywhere: list[Cause] = []

    @property
    def left(self) -> int:
        return sum(size(one.left) for one in self.found.values())

    def count(self, known: Sequence[bool]) -> None:
        self.everywhere = _everywhere(self.found, _tally(self.inside), known)


def _masked(vector: Vector, known: Sequence[bool]) -> Vector:
    one, two, three, four = (part * there for part, there in zip(vector, known, strict=True))
    return one, two, three, four


def _read(marks: pl.DataFrame, known: Sequence[bool]) -> pl.DataFrame:
    """Every session with what it adds to each figure compared, and its place in time."""
    kinds = {kind: _masked(vector, known) for kind, vector in BY_CATEGORY.items()}
    category = pl.col("category").cast(pl.String)
    adds = {
        name: category.replace_strict({k: v[at] for k, v in kinds.items()}, return_dtype=pl.Int64)
        for at, name in enumerate(FIGURES)
    }
    at = pl.col("date").cast(pl.Int32) * 4 + pl.col("session").cast(pl.Int32)
    read = told(marks).select("pupil", "date", "session", pl.col("code").cast(pl.String), **adds, at=at)
    return read.sort("pupil", "at")


def _windows(sessions: pl.DataFrame, theirs: pl.DataFrame) -> Iterator[tuple[pl.Expr, str]]:
    """The dates worth trying: all of them, then one end or one start that makes many pupils agree.

    They are looked for in the possible sessions, which how a code is counted changes least.
    """
    yield pl.lit(value=True), ""
    wanted = theirs.select("pupil", wanted="possible").drop_nulls()
    lived = sessions.filter(pl.col("possible") > 0).join(wanted, on="pupil", maintain_order="left")
    for reverse, beyond in ((False, "after"), (True, "before")):
        sums = pl.col("possible").cum_sum(reverse=reverse).over("pupil")
        fits = lived.filter(sums == pl.col("wanted")).group_by("at", "date", "session").len()
        likely = fits.filter(pl.col("len") * _FEW >= wanted.height).sort("len", "at", descending=True)
        for at, day, session, _ in likely.head(_LIKELY).iter_rows():
            yield at <= _AT if reverse else at >= _AT, f"sessions {beyond} {_when(day, session)} left out"


def _when(day: date, session: int) -> str:
    return f"{day:%d/%m/%Y} {Session(session).name}"


def _beside(
    sessions: pl.DataFrame, inside: pl.DataFrame, theirs: pl.DataFrame, said: str
) -> Iterator[Difference]:
    """Every pupil of both, with the figures of all our sessions and what those inside leave over."""
    whole, part = (
        {row[0]: row[1:] for row in frame.group_by("pupil").agg(pl.col(FIGURES).sum()).iter_rows()}
        for frame in (sessions, inside)
    )
    for pupil, *told_figures in theirs.select("pupil", *FIGURES).iter_rows():
        if pupil not in whole:
            continue
        ours = whole[pupil]
        filled = tuple(o if t is None else t for t, o in zip(told_figures, ours, strict=True))
        covered = part.get(pupil, (0, 0, 0, 0))
        one = Difference(pupil, ours, filled, added(filled, covered, -1))
        if covered != ours:
            one.why.append((said, ours[0] - covered[0]))
        yield one


def _tally(inside: pl.DataFrame) -> Tally:
    tally: Tally = defaultdict(dict)
    counted = inside.group_by("code", "pupil").agg(pl.len(), pl.col(FIGURES).first())
    for code, pupil, number, *vector in counted.iter_rows():
        tally[code][pupil] = (number, tuple(vector))
    return tally


def _effects(cause: Cause, tally: Tally, known: Sequence[bool]) -> _Effects:
    """What a cause does to each pupil who has such a session: how many sessions, and the change."""
    becomes = _masked(COUNTED[cause.counted_as], known)
    effects: dict[int, tuple[int, Vector]] = {}
    for code in cause.codes:
        for pupil, (number, vector) in tally.get(code, {}).items():
            sessions, change = effects.get(pupil, (0, (0, 0, 0, 0)))
            change = added(added(change, becomes, number), vector, -number)
            effects[pupil] = (sessions + number, change)
    return {pupil: effect for pupil, effect in effects.items() if size(effect[1])}


def _everywhere(found: Mapping[int, Difference], tally: Tally, known: Sequence[bool]) -> list[Cause]:
    """The ways of counting that hold for the whole school, the one that explains most first.

    One that holds takes away all that it does, less what another that holds puts back: a quarter at least.
    Two of the likeliest may put back just what the other takes, so they are tried together when none does.
    """
    every = {(cause,): _effects(cause, tally, known) for cause in causes()}
    able: _Able = {alone: effects for alone, effects in every.items() if effects}
    taken: list[Cause] = []
    while differing := {pupil for pupil, one in found.items() if size(one.left)}:
        able = {those: effects for those, effects in able.items() if _worth_trying(effects, differing)}
        best = _best(found, able, differing) or _best(found, _pairs(able), differing)
        if not best:
            break
        for cause in best:
            _apply(found, cause, able[cause,])
            taken.append(cause)
        settled = {code for cause in best for code in cause.codes}
        able = {alone: e for alone, e in able.items() if not settled & set(alone[0].codes)}
    return taken


def _worth_trying(effects: _Effects, differing: set[int]) -> bool:
    """Whether a quarter of the pupils whom it would change differ at all."""
    return len(effects.keys() & differing) * 4 >= len(effects)


def _best(found: Mapping[int, Difference], able: _Able, differing: set[int]) -> tuple[Cause, ...]:
    """What explains most, if it explains anything; else nothing."""
    reaches = {those: _reach(found, effects) for those, effects in able.items()}
    gains = {those: _gain(found, able[those], differing) - reach for those, reach in reaches.items()}
    best = max(gains, key=lambda those: gains[those], default=())
    return best if best and 0 < reaches[best] <= gains[best] * 4 else ()


def _pairs(able: _Able) -> _Able:
    likely = [alone for alone in able if alone[0].name in LIKELY]
    return {
        (*one, *other): _both(able[one], able[other])
        for one, other in combinations(likely, 2)
        if one[0].name != other[0].name
    }


def _both(one: _Effects, other: _Effects) -> _Effects:
    nothing = (0, (0, 0, 0, 0))
    sums = {pupil: (one.get(pupil, nothing), other.get(pupil, nothing)) for pupil in {**one, **other}}
    return {pupil: (mine[0] + its[0], added(mine[1], its[1])) for pupil, (mine, its) in sums.items()}


def _gain(found: Mapping[int, Difference], effects: _Effects, differing: set[int]) -> int:
    """What a way of counting takes away, and `_reach` besides: who agrees now can only lose by it."""
    total = 0
    for pupil in effects.keys() & differing:
        change, left = effects[pupil][1], found[pupil].left
        total += size(left) - size(added(left, change, -1)) + size(change)
    return total


def _reach(found: Mapping[int, Difference], effects: _Effects) -> int:
    return sum(size(change) for pupil, (_, change) in effects.items() if pupil in found)


def _apply(found: Mapping[int, Difference], cause: Cause, effects: _Effects) -> None:
    for pupil, (sessions, change) in effects.items():
        if pupil in found:
            found[pupil].left = added(found[pupil].left, change, -1)
            found[pupil].why.append((cause.says, sessions))


def _own_dates(
    found: Mapping[int, Difference], inside: pl.DataFrame, taken: Sequence[Cause], known: Sequence[bool]
) -> None:
    """Explain pupils whose figures stop or start on a day of their own, as a leaver's or a joiner's do."""
    rest = [(one.pupil, *one.left) for one in found.values() if size(one.left)]
    schema = {"pupil": pl.UInt32, **{f"{name}_left": pl.Int64 for name in FIGURES}}
    left = pl.DataFrame(rest, schema=schema, orient="row")
    counted = _recounted(inside.join(left, on="pupil", how="inner", maintain_order="left"), taken, known)
    for reverse, beyond in ((True, "from"), (False, "up to")):
        fits = [
            pl.col(name).cum_sum(reverse=reverse).over("pupil") == -pl.col(f"{name}_left") for name in FIGURES
        ]
        edges = counted.filter(pl.all_horizontal(fits)).unique("pupil", keep="first", maintain_order=True)
        for row in edges.iter_rows(named=True):
            one = found[row["pupil"]]
            if size(one.left):
                one.why.append(
                    (f"sessions {beyond} {_when(row['date'], row['session'])} left out", -one.left[0])
                )
                one.left = (0, 0, 0, 0)


def _no_rows(found: Mapping[int, Difference], inside: pl.DataFrame, known: Sequence[bool]) -> None:
    """Explain pupils for whom all the sessions before they came, or after they left, were counted too."""
    held = inside.filter(pl.col("possible") > 0)["at"].unique().sort().to_list()
    rows = inside.group_by("pupil").agg(first=_AT.min(), last=_AT.max())
    for pupil, first, last in rows.iter_rows():
        one = found.get(pupil)
        if one is None or not size(one.left):
            continue
        beyond = {"before": bisect_left(held, first), "after": len(held) - bisect_right(held, last)}
        for (where, sessions), kind in product(beyond.items(), COUNTED):
            if sessions and added((0, 0, 0, 0), _masked(COUNTED[kind], known), sessions) == one.left:
                edge = "first" if where == "before" else "last"
                one.why.append((f"sessions {where} the pupil's {edge} counted as {kind}", sessions))
                one.left = (0, 0, 0, 0)
                break


def _recounted(sessions: pl.DataFrame, taken: Sequence[Cause], known: Sequence[bool]) -> pl.DataFrame:
    """Sessions with what they add when codes are counted as these causes have it."""
    for cause in taken:
        becomes = _masked(COUNTED[cause.counted_as], known)
        theirs = pl.col("code").is_in(list(cause.codes))
        columns: dict[str, Any] = {
            name: pl.when(theirs).then(pl.lit(becomes[at], pl.Int64)).otherwise(pl.col(name))
            for at, name in enumerate(FIGURES)
        }
        sessions = sessions.with_columns(**columns)
    return sessions


def _alone(
    found: Mapping[int, Difference], inside: pl.DataFrame, taken: Sequence[Cause], known: Sequence[bool]
) -> None:
    """Explain what is left of single pupils by one or two ways of counting that make it exactly nothing.

    What fits one pupil only may fit by chance, so it is said as a guess.
    """
    rest = {pupil for pupil, one in found.items() if size(one.left)}
    tally = _tally(inside.filter(pl.col("pupil").is_in(sorted(rest))))
    settled = {code for cause in taken for code in cause.codes}
    mine: dict[int, list[tuple[Cause, int, Vector]]] = defaultdict(list)
    for cause in causes():
        if not settled & set(cause.codes):
            for pupil, (sessions, change) in _effects(cause, tally, known).items():
                if pupil in rest:
                    mine[pupil].append((cause, sessions, change))
    for pupil in rest:
        one = found[pupil]
        for chosen in _exact(one.left, mine[pupil]):
            one.why += [(f"perhaps {cause.says}", sessions) for cause, sessions, _ in chosen]
            one.left = (0, 0, 0, 0)


def _exact(
    left: Vector, able: Sequence[tuple[Cause, int, Vector]]
) -> list[tuple[tuple[Cause, int, Vector], ...]]:
    """The first one or two causes whose changes add up to just what is left; none, or one answer."""
    for one in able:
        if one[2] == left:
            return [(one,)]
    for one, other in combinations(able, 2):
        if not set(one[0].codes) & set(other[0].codes) and added(one[2], other[2]) == left:
            return [(one, other)]
    return []
