"""`codes` and `rules`: what the law says, since when, and where it is written."""

import sys
from typing import Annotated

import typer

from attendkit.cli.options import Asked, ScreenFormat, takes, today
from attendkit.cli.printing import print_json
from attendkit.errors import Exit, NotFoundError

CodeName = Annotated[str | None, typer.Argument(metavar="CODE", help="One code; all of them if left out.")]
RuleName = Annotated[str | None, typer.Argument(metavar="NAME", help="One rule; all of them if left out.")]


@takes("on")
def codes(*, code: CodeName = None, asked: Asked, form: ScreenFormat = "table") -> Exit:
    """Look codes up.

    Codes are those in force on the day. One code is shown in every generation it had, because letters have
    changed their meaning.
    """
    from attendkit.documents.screen import print_codes
    from attendkit.rules import codes_on, generations

    on = asked.on or today()
    if code is None:
        in_force = codes_on(on).values()
        found = tuple(c for c in in_force if not c.short_only and (c.until is None or on <= c.until))
    else:
        found = tuple(g.codes[code.upper()] for g in generations() if code.upper() in g.codes)
    if not found:
        raise NotFoundError(f"There is no code {code!r}.", remedy="`attendkit codes` lists them.")
    if form == "json":
        print_json({"codes": [one.model_dump(mode="json") for one in found]})
    else:
        print_codes(found, sys.stdout)
    return Exit.DONE


@takes("school", "on")
def rules(*, name: RuleName = None, asked: Asked, form: ScreenFormat = "table") -> Exit:
    """Look rules up.

    One rule is shown in every version it had, oldest first, and with this school's own values where it has
    changed them. All rules are shown as they are in force on the day.
    """
    from attendkit.cli.opening import open_school
    from attendkit.documents.screen import print_rules
    from attendkit.rules import Rulebook

    on = asked.on or today()
    book = Rulebook(open_school(asked.school).school.rules)
    if name is None:
        found = [
            book.rule(rule, on) for rule in book.names() if any(v.in_force(on) for v in book.history(rule))
        ]
    else:
        found = [book.rule(name, on) if v.in_force(on) else v for v in book.history(name)]
    if form == "json":
        print_json({"rules": [one.model_dump(mode="json") | {"authority": one.authority} for one in found]})
    else:
        print_rules(found, sys.stdout)
    return Exit.DONE
