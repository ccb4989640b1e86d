"""Sixty pupils' names, ten of them hostile, and what a letter about one of them is given."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attendkit.documents.letters import Letter, render
from attendkit.school import Officer, School

ON = date(2026, 11, 20)
SCHOOL = School(
    name="Harrowmere School",
    authority="Anyshire",
    address=("Kiln Lane", "Harrowmere", "AN1 2BC"),
    phone="01632 960000",
    website="www.example.org",
    officer=Officer(name="Mrs J. Okafor", phone="01632 960001", email="attendance@example.org"),
)

HOSTILE = (
    ("=cmd|'/c calc'!A1", "@SUM(1+1)*cmd"),
    ("<script>alert(1)</script>", "&amp;<b>"),
    ("{{ 7 * 7 }}", "{% raw %}{#"),
    ("*bold* _under_", "**[link](x)**"),
    ("# Heading", "1. List"),
    ("| a | b |", "`code` ~~~"),
    ('#read("/etc/passwd")', "$x^2$ @ref <label>"),
    ("\\newline\\", "a\\|b"),
    ("Robert'); DROP TABLE", "pupils;--"),
    ("${jndi:ldap://x}", "%s%n %(x)s"),
)
POLISH = (
    ("Zażółć", "Gęślą-Jaźń"),
    ("Łucja", "Wiśniewska"),
    ("Święcisław", "Brzęczyszczykiewicz"),
    ("Małgorzata", "Dąbrowska"),
    ("Stanisław", "Źdźbło"),
)
WELSH = (
    ("Llŷr", "ap Gruffydd"),
    ("Siân", "Pŵel"),
    ("Gŵyneth", "Llewelyn-Ŷnys"),
    ("Cerys", "O’Môrgan"),
    ("Tesni", "Dŵr"),
)
ARABIC = (
    ("يوسف", "حداد"),
    ("مريم", "منصور"),
    ("عبدالرحمن", "الخطيب"),
    ("نور", "سليمان"),
    ("ياسمين", "بغدادي"),
)
CHINESE = (("小明", "王"), ("丽华", "欧阳"), ("伟", "陈"), ("思涵", "司马"), ("雪", "李"))
OTHER = (
    *(("Amy", "Lee"), ("Zoë", "O'Brien"), ("Anne-Marie", "St. John-Smythe"), ("Jo", "X")),
    *(("Søren", "Ærøskøbing"), ("François", "L’Hôpital"), ("Jürgen", "Groß"), ("Ñusta", "Ibáñez")),
    *(("Mihály", "Hőgyes"), ("Ştefan", "Țepeș"), ("Çağla", "İnönü"), ("Jiří", "Dvořák")),
    *(("Đurađ", "Šćepanović"), ("Ülle", "Õunapuu"), ("Þóra", "Guðmundsdóttir"), ("Ġorġ", "Żahra")),
    *(("Юлия", "Щербакова"), ("Ελένη", "Παπαδοπούλου"), ("Nguyễn", "Thị Hồng Ánh"), ("Văn", "Đặng")),
    *(("Māra", "Ķēniņa"), ("Ažuolas", "Žemaitis"), ("Kwabena", "Ɔkyere"), ("Ọlá", "Adébáyọ̀")),
    *(("Mary Elizabeth Anne", "de la Cruz"), ("Maximiliana", "Wolfeschlegelsteinhausenbergerdorff")),
    *(("Office", "Affleck-Fitzfflint"), ("J.", "St.Clair"), ("Ali", "Ali"), ("X Æ", "A-12")),
)
NAMES = (*HOSTILE, *POLISH, *WELSH, *ARABIC, *CHINESE, *OTHER)


def facts(forename: str = "Amy", surname: str = "Lee", **more: Any) -> dict[str, Any]:
    """What a letter about this pupil is given."""
    parent = f"Ms {surname}"
    return {
        "child": {"forename": forename, "surname": surname, "name": f"{forename} {surname}"},
        "parent": {
            "name": parent,
            "salutation": parent,
            "address": ["14 Weir Cottages", "Harrowmere", "AN1 3ZZ"],
            "email": "parent@example.org",
        },
        "figures": {"missed_days": "4.5 days", "since": "Thursday 3 September 2026"},
        "officer": {"name": "Mrs J. Okafor", "phone": "01632 960001"},
        "signatory": {"name": "Mrs J. Okafor", "role": "Attendance Officer"},
        **more,
    }


def letter(
    given: Mapping[str, Any] | None = None, name: str = "first-concern", school: School = SCHOOL
) -> Letter:
    """A letter with these facts."""
    return render(name, given or facts(), school, ON)
