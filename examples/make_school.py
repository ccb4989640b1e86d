"""Make up an English secondary school for the autumn term of 2026, as its register would be exported.

Run `python examples/make_school.py --pupils 1450 --out examples/big`. The same number of pupils and the same
seed give the same school on every machine and every Python from 3.11: chance comes from `Random.random`
alone, whose numbers Python promises never to change.

Nobody in it exists. Telephone numbers are the ones kept for drama, e-mail addresses are at example.org,
postcodes and the local authority in the pupil numbers are ones that nobody has.
"""

import argparse
import csv
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import xlsxwriter

Thing = TypeVar("Thing")
Mark = tuple[str, int | None, str]
"""A code, minutes late where the school wrote them down, and a comment."""

CAST = tomllib.loads((Path(__file__).parent / "cast.toml").read_text(encoding="utf-8"))
HEADS: dict[str, list[str]] = CAST["heads"]
SCHOOL = "Harrowmere School"
TERM, LAST = (date(2026, 9, 1), date(2026, 12, 18)), date(2026, 11, 20)
HALF_TERM = (date(2026, 10, 26), date(2026, 10, 30))
INSET = (date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 2))
RESITS = (date(2026, 11, 10), date(2026, 11, 12))
TRIP, NO_BUS, WORK_EXPERIENCE = date(2026, 10, 14), date(2026, 10, 2), date(2026, 11, 9)
COLLEGES = {"Egret": "Mrs Imogen Farrow", "Plover": "Mr Dele Ashworth", "Wren": "Ms Rhian Postgate"}
SIXTH_FORM = {12: 0.55, 13: 0.45}  # its years, as shares of Year 7
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Chance:
    """Chance that comes out the same everywhere."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def happens(self, chance: float) -> bool:
        """Whether something of this chance happens."""
        return self._random.random() < chance

    def below(self, end: int) -> int:
        """A whole number from 0 up to but without `end`."""
        return int(self._random.random() * end)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of several things."""
        return things[self.below(len(things))]


@dataclass
class Pupil:
    """One made-up pupil. `absent` is how readily they are away, 1.0 being the school's middle."""

    adno: str
    upn: str
    surname: str
    forename: str
    born: date
    sex: str
    year: int
    tutor: str
    college: str
    absent: float
    part: str = ""  # what the school's story asks of them: truant, part_time, provision, dual, suspended, ...
    admitted: date = date(2025, 9, 3)
    left: date | None = None
    flags: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[date, str], Mark] = field(default_factory=dict)


def school_days() -> list[date]:
    """Every day on which pupils attended, up to the last day exported."""
    spread = [TERM[0] + timedelta(days=n) for n in range((LAST - TERM[0]).days + 1)]
    return [
        day
        for day in spread
        if day.weekday() < 5 and day not in INSET and not HALF_TERM[0] <= day <= HALF_TERM[1]
    ]


def checked(body: str) -> str:
    """A unique pupil number with its right check letter."""
    values = (UPN_LETTERS.index(character) if character.isalpha() else int(character) for character in body)
    return UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23] + body


# Who is in the school -----------------------------------------------------------------------------------


def tutor_groups(pupils: int) -> dict[int, list[tuple[str, str]]]:
    """The tutor groups of each year with their college, about 25 pupils to a group and three at least."""
    share = pupils / (5 + sum(SIXTH_FORM.values()))
    groups: dict[int, list[tuple[str, str]]] = {}
    for year in range(7, 14):
        wanted = max(3, round(share * SIXTH_FORM.get(year, 1.0) / 25))
        colleges = [list(COLLEGES)[n % 3] for n in range(wanted)]
        groups[year] = [(f"{year}{c[0]}{n // 3 + 1}", c) for n, c in enumerate(colleges)]
    return groups


def enrol(pupils: int, chance: Chance) -> list[Pupil]:
    """Every pupil, year by year, with the names, flags and parts that the story needs."""
    groups = tutor_groups(pupils)
    weights = {year: SIXTH_FORM.get(year, 1.0) for year in groups}
    sizes = {year: int(pupils * weight / sum(weights.values())) for year, weight in weights.items()}
    sizes[7] += pupils - sum(sizes.values())
    roll: list[Pupil] = []
    for year, size in sizes.items():
        roll += [_pupil(year, n, len(roll) + n, groups[year], chance) for n in range(size)]
    _give_parts(roll)
    return roll


def _pupil(year: int, place: int, serial: int, groups: list[tuple[str, str]], chance: Chance) -> Pupil:
    tutor, college = groups[place % len(groups)]
    girl = chance.happens(0.5)
    born = date(2021 - year, 9, 1) + timedelta(days=chance.below(365))
    surname, forename = chance.pick(CAST["surnames"]), chance.pick(CAST["girls"] if girl else CAST["boys"])
    if year == 8 and place < 2 * len(CAST["awkward"]):
        surname, forename = CAST["awkward"][place // 2]  # two pupils of the same name in one year
    temporary = chance.happens(0.01)
    last = UPN_LETTERS[serial % 23] if temporary else str(serial % 10)
    return Pupil(
        adno=f"{4200 + serial:06}",
        upn=checked(f"9904099{26 - year:02}{serial // 10 % 100:02}{last}"),
        surname=surname,
        forename=forename,
        born=born,
        sex="F" if girl else "M",
        year=year,
        tutor=tutor,
        college=college,
        absent=_readiness(chance),
        admitted=date(2026 - (year - 7 if year < 12 else year - 12), 9, 3),
        flags=_flags(chance),
    )


def _readiness(chance: Chance) -> float:
    shares = ((0.60, 0.35), (0.86, 0.9), (0.95, 2.2), (0.985, 5.0), (1.0, 11.0))
    drawn = chance.below(1000) / 1000
    return next(readiness for share, readiness in shares if drawn < share)


def _flags(chance: Chance) -> dict[str, str]:
    shares = {"FSM": 0.2, "FSM Ever 6": 0.06, "EAL": 0.14, "In Care": 0.008, "Social Worker": 0.02}
    shares |= {"Child Protection": 0.006, "Young Carer": 0.015}
    flags = {name: "Y" if chance.happens(share) else "N" for name, share in shares.items()}
    flags["FSM Ever 6"] = "Y" if "Y" in (flags["FSM"], flags["FSM Ever 6"]) else "N"
    flags["SEN Status"] = chance.pick(("N",) * 16 + ("K",) * 3 + ("E",))
    flags["Ethnicity"] = chance.pick(("WBRI",) * 12 + ("WOTH", "AIND", "APKN", "BAFR", "MWBC", "NOBT"))
    return flags


def _give_parts(roll: list[Pupil]) -> None:
    """Hand out the parts of the story, each to a pupil at a fixed place of a year group."""
    years = {year: [pupil for pupil in roll if pupil.year == year] for year in range(7, 14)}
    for year, names in CAST["parts"].items():
        for pupil, part in zip(years[int(year)], names, strict=False):
            pupil.part = part
            pupil.absent = 0.5 if part in {"joiner", "leaver"} else pupil.absent
            pupil.admitted = date(2026, 10, 5) if part == "joiner" else pupil.admitted
            pupil.left = date(2026, 10, 16) if part == "leaver" else None
    twin, other = years[7][4], years[7][5]
    other.surname, other.born, other.sex = twin.surname, twin.born, "F"
    other.forename = next(name for name in CAST["girls"] if name != twin.forename)
    years[9][0].flags["Social Worker"] = years[10][1].flags["In Care"] = "Y"
    for pupil in roll[40::97]:
        pupil.part = pupil.part or "holiday"


# What they were marked ----------------------------------------------------------------------------------


def mark_everyone(roll: list[Pupil], chance: Chance) -> None:
    """Give every pupil a mark for every session on roll, and leave some unmarked."""
    days = school_days()
    for pupil in roll:
        _attend(pupil, [day for day in days if _on_roll(pupil, day)], chance)
        _ordinary_days_out(pupil)
        _story(pupil, chance)
    forgotten = roll[len(roll) // 3].tutor
    for pupil in roll:
        if pupil.tutor == forgotten and (LAST, "AM") in pupil.marks:
            pupil.marks[LAST, "AM"] = ("-", None, "")
    for pupil in roll:
        for session in pupil.marks:
            if chance.happens(0.0004):
                pupil.marks[session] = ("-", None, "")


def _on_roll(pupil: Pupil, day: date) -> bool:
    return pupil.admitted <= day and (pupil.left is None or day <= pupil.left)


def _attend(pupil: Pupil, days: list[date], chance: Chance) -> None:
    """Present, late, ill or unexplained, day by day, by the pupil's own readiness."""
    away: Mark = ("", None, "")
    left = 0
    for day in days:
        if left == 0 and chance.happens(0.028 * pupil.absent):
            left = chance.pick((1, 1, 1, 1, 2, 2, 2, 3, 3, 5))
            away = ("I", None, chance.pick(CAST["why_ill"]))
            if chance.happens(0.45):
                away = (_unexplained(day, days, chance), None, "")
        for session in ("AM", "PM"):
            pupil.marks[day, session] = away if left else _in_school(session, pupil, chance)
        left = max(0, left - 1)


def _unexplained(day: date, days: list[date], chance: Chance) -> str:
    """N while it is new; settled as illness or as unauthorised within the week, nearly always."""
    age = sum(day < later for later in days)
    still_open = (0.8, 0.55, 0.4, 0.25, 0.15, 0.06)[age] if age < 6 else 0.015
    return "N" if chance.happens(still_open) else chance.pick("IIIIO")


def _in_school(session: str, pupil: Pupil, chance: Chance) -> Mark:
    morning = session == "AM"
    if chance.happens((0.020 if morning else 0.005) * (0.6 + pupil.absent / 3)):
        return ("L", 1 + chance.below(28) if chance.happens(0.9) else None, "")
    if morning and chance.happens(0.002 * pupil.absent):
        return ("U", 31 + chance.below(70), "")
    if chance.happens(0.004):
        return ("M", None, chance.pick(("Dentist", "Orthodontist", "Hospital appointment", "")))
    return ("/" if morning else "\\", None, "")


def _ordinary_days_out(pupil: Pupil) -> None:
    """Trips, fixtures, work experience, study leave and free afternoons: by year, not by chance."""
    for (day, session), (code, _, _) in list(pupil.marks.items()):
        instead = ""
        if pupil.year == 8 and day == TRIP:
            instead = "V"
        elif pupil.year == 12 and 0 <= (day - WORK_EXPERIENCE).days < 5:
            instead = "W"
        elif pupil.year >= 12 and session == "PM" and day.weekday() == 2:
            instead = "X"
        elif pupil.year == 13 and day in RESITS and session == "PM":
            instead = "S"
        elif pupil.year == 10 and pupil.adno.endswith("7") and session == "PM" and day.weekday() == 3:
            instead = "P"
        elif day == NO_BUS and pupil.adno.endswith("3") and pupil.tutor.endswith("1"):
            instead = "Y1"
        if instead and code in {"/", "\\", "L"}:
            pupil.marks[day, session] = (instead, None, "Geography field trip" if instead == "V" else "")


def _story(pupil: Pupil, chance: Chance) -> None:
    """What happens to a pupil with a part."""
    for (day, session), (code, _, _) in list(pupil.marks.items()):
        instead = _in_the_story(pupil.part, day, session, chance)
        if instead and (code in {"/", "\\", "L"} or pupil.part not in {"truant", "part_time"}):
            pupil.marks[day, session] = (instead, None, "")


def _in_the_story(part: str, day: date, session: str, chance: Chance) -> str:
    """The code that a part asks for in one session, or nothing."""
    morning = session == "AM"
    if part == "truant" and chance.happens(0.45):
        recent = day >= LAST - timedelta(days=7)
        return "N" if recent else chance.pick("OOOU") if morning else "O"
    if part == "dual":
        return "D" if day.weekday() in {1, 3} else ""
    first, last, am, pm = CAST["spans"].get(part, (LAST, TERM[0], "", ""))
    return str(am if morning else pm) if first <= day <= last else ""


# Who is telephoned --------------------------------------------------------------------------------------


def contacts(roll: list[Pupil], chance: Chance) -> Iterator[list[str]]:
    """One row a contact. One pupil in 200 has no telephone number at all, one contact a court order."""
    for place, pupil in enumerate(roll):
        home = [
            f"{1 + chance.below(140)} {chance.pick(CAST['streets'])}",
            "",
            "Harrowmere",
            _postcode(chance),
        ]
        language = chance.pick(CAST["languages"]) if pupil.flags["EAL"] == "Y" and chance.happens(0.4) else ""
        for priority in range(1, 2 + (place % 10 > 0) + (place % 25 == 3)):
            court = pupil.part == "courtroom" and priority == 2
            phones = ["", ""] if place % 200 == 17 else [f"07700 900{chance.below(1000):03}", ""]
            if phones[0] and chance.happens(0.3):
                phones[1] = f"01632 960{chance.below(1000):03}"
            yield [
                *(pupil.adno, pupil.upn, str(priority)),
                *_person(pupil, priority, chance),
                *("Y" if priority < 3 else "N", "Y" if court else "N", "Y" if priority == 1 else "N"),
                *phones,
                f"{pupil.adno}.{priority}@example.org" if chance.happens(0.9) else "",
                *(home if priority == 1 else ["", "", "", ""]),
                "N" if court or priority == 3 else "Y",
                language,
            ]


def _person(pupil: Pupil, priority: int, chance: Chance) -> list[str]:
    mother = priority == 1 or (priority == 3 and chance.happens(0.5))
    title = chance.pick(("Mrs", "Ms", "Miss", "Dr")) if mother else "Mr"
    surname = pupil.surname if chance.happens(0.75) else chance.pick(CAST["surnames"])
    relationship = "Grandparent" if priority == 3 else "Mother" if mother else "Father"
    return [
        title,
        chance.pick(CAST["girls"] if mother else CAST["boys"]),
        surname,
        f"{title} {surname}",
        relationship,
    ]


def _postcode(chance: Chance) -> str:
    return f"CV99 {1 + chance.below(9)}{chance.pick(POSTCODE_LETTERS)}{chance.pick(POSTCODE_LETTERS)}"


# Files --------------------------------------------------------------------------------------------------


def british(day: date | None) -> str:
    """A date as a school system writes it."""
    return f"{day:%d/%m/%Y}" if day else ""


def write_csv(path: Path, heads: Sequence[str], rows: Iterator[list[str]]) -> None:
    """Write a CSV as Excel saves one: UTF-8 with a byte order mark, and CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows(rows)


def pupil_rows(roll: list[Pupil]) -> Iterator[list[str]]:
    """The pupil list."""
    for p in roll:
        flags = {**p.flags, "Pupil Premium": p.flags["FSM Ever 6"]}
        row = {
            **flags,
            "Adno": p.adno,
            "UPN": p.upn,
            "Legal Surname": p.surname,
            "Legal Forename": p.forename,
            "Preferred Forename": p.forename.split("-")[0],
            "DOB": british(p.born),
            "Sex": p.sex,
            "Year": str(p.year),
            "Reg": p.tutor,
            "House": p.college,
            "Enrolment Status": "M" if p.part == "dual" else "C",
            "Date of Admission": british(p.admitted),
            "Date of Leaving": british(p.left),
            "Part-time Timetable": "Y" if p.part == "part_time" else "N",
        }
        yield [row[head] for head in HEADS["pupils"]]


def long_rows(roll: list[Pupil]) -> Iterator[list[str]]:
    """One row a mark, day by day as a registers' report prints them."""
    for day in school_days():
        for p in roll:
            for session in ("AM", "PM"):
                if (day, session) not in p.marks:
                    continue
                code, minutes, comment = p.marks[day, session]
                known = [p.adno, p.upn, p.surname, p.forename, str(p.year), p.tutor]
                yield [*known, british(day), session, code, "" if minutes is None else str(minutes), comment]


def week_rows(roll: list[Pupil]) -> Iterator[list[str]]:
    """A row a pupil a week, one character a session: C1 and C2 can only be C, J1 J, and Y1 to Y7 Y."""
    mondays = sorted({day - timedelta(days=day.weekday()) for day in school_days()})
    for p in roll:
        for monday in mondays:
            week = [(monday + timedelta(days=n), session) for n in range(5) for session in ("AM", "PM")]
            text = "".join(p.marks[session][0][0] if session in p.marks else " " for session in week)
            if text.strip():
                yield [p.adno, p.surname, p.forename, p.tutor, british(monday), text]


def write_wide(path: Path, roll: list[Pupil]) -> None:
    """A workbook with a title row, then a row a pupil and a column a session."""
    days = school_days()
    heads = ["Adno", "UPN", "Surname", "Forename", "Year", "Reg"]
    sessions = [(day, session) for day in days for session in ("AM", "PM")]
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Session marks")
    sheet.write_string(0, 0, f"{SCHOOL} - session marks {british(days[0])} to {british(days[-1])}")
    for column, head in enumerate([*heads, *(f"{british(day)} {session}" for day, session in sessions)]):
        sheet.write_string(1, column, head)
    for row, p in enumerate(roll, start=2):
        cells = [p.adno, p.upn, p.surname, p.forename, str(p.year), p.tutor]
        cells += [p.marks[session][0] if session in p.marks else "" for session in sessions]
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, column, cell)
    book.close()


def settings(roll: list[Pupil]) -> str:
    """The school's attendkit.toml."""
    lines = [CAST["settings"].format(school=SCHOOL, term=TERM, half_term=HALF_TERM)]
    for day in INSET:
        lines += ["[[closures]]", f"first = {day}", f"last = {day}", 'why = "INSET"', ""]
    for college, leader in COLLEGES.items():
        lines += [f"[colleges.{college}]", f'leader = "{leader}"', f'email = "{college.lower()}@example.org"']
        lines += [f'muster_point = "{college} court"', ""]
    for place, (tutor, college) in enumerate({pupil.tutor: pupil.college for pupil in roll}.items()):
        title, name = ("Mr", "Ms", "Mrs", "Miss")[place % 4], CAST["staff"][place % len(CAST["staff"])]
        lines += [f"[tutor_groups.{tutor}]", f'tutor = "{title} {name}"', f'college = "{college}"', ""]
    return "\n".join(lines)


def make_school(pupils: int, folder: Path, seed: int = 1870) -> None:
    """Write the school's folder: its settings, its exports, and the same marks in two other layouts."""
    chance = Chance(seed)
    roll = enrol(pupils, chance)
    mark_everyone(roll, chance)
    for part in ("exports", "other_layouts"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "attendkit.toml").write_bytes(settings(roll).encode())
    write_csv(folder / "exports" / "pupils.csv", HEADS["pupils"], pupil_rows(roll))
    write_csv(folder / "exports" / "contacts.csv", HEADS["contacts"], contacts(roll, chance))
    write_csv(folder / "exports" / "marks.csv", HEADS["marks"], long_rows(roll))
    write_csv(folder / "other_layouts" / "marks_weeks.csv", HEADS["weeks"], week_rows(roll))
    write_wide(folder / "other_layouts" / "marks_wide.xlsx", roll)


def main() -> None:
    """Make the school that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make up a school's exports.")
    parser.add_argument("--pupils", type=int, default=1450)
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--seed", type=int, default=1870)
    asked = parser.parse_args()
    make_school(asked.pupils, asked.out, asked.seed)
    print(f"{asked.pupils} pupils of {SCHOOL} are in {asked.out}.")


if __name__ == "__main__":
    main()
