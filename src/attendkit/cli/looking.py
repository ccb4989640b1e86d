"""From the shared options to the view a duty looks at."""

from collections.abc import Mapping
from typing import Any

from attendkit.cli.choosing import chosen
from attendkit.cli.opening import Opened, open_school
from attendkit.cli.options import Asked, today
from attendkit.cli.reading import read_new, register_of
from attendkit.findings import View
from attendkit.model import Problem
from attendkit.register import Register
from attendkit.register.folding import calendar_for
from attendkit.rules import Rulebook


def look(asked: Asked, options: Mapping[str, Any] | None = None) -> tuple[View, Opened, tuple[Problem, ...]]:
    """What a duty may look at, where it came from, and the problems met in reading it."""
    opened = open_school(asked.school)
    on = asked.on or today()
    register, problems = _register(asked, opened)
    seen = register.until(on)
    view = View(
        register=seen,
        calendar=calendar_for(opened.school, seen),
        rulebook=Rulebook(opened.school.rules),
        school=opened.school,
        on=on,
        chosen=chosen(asked, register.pupils),
        options=options or {},
    )
    return view, opened, problems


def _register(asked: Asked, opened: Opened) -> tuple[Register, tuple[Problem, ...]]:
    if not asked.export:
        store = opened.store()
        read_new(asked, opened, store)
        return store.register(), ()
    return register_of(asked.export, asked, opened)
