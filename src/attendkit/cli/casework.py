"""The groups of commands about casework: each kind of entry is a command made from its model."""

from collections.abc import Iterator, Mapping
from functools import partial

from attendkit.cli.groups import Line, duty_line, function_of
from attendkit.duties import DUTIES

_KINDS: Mapping[str, Mapping[str, str]] = {
    "case": {
        "open": "case-opened",
        "barrier": "case-barrier",
        "action": "case-action",
        "done": "case-action-done",
        "review": "case-reviewed",
        "close": "case-closed",
    },
    "target": {"set": "target-set", "review": "target-reviewed"},
    "loa": {"request": "leave-requested", "decide": "leave-decided", "back": "leave-returned"},
    "notice": {
        "refer": "notice-referred",
        "issued": "notice-issued",
        "paid": "notice-paid",
        "withdrawn": "notice-withdrawn",
        "prosecuted": "notice-prosecuted",
        "improve": "notice-to-improve",
        "improved": "notice-to-improve-outcome",
    },
    "ehe": {
        "notice": "ehe-notice",
        "exit-form": "ehe-exit-form",
        "decision": "ehe-decision",
        "removed": "ehe-removed",
    },
    "court": {"hearing": "hearing"},
}
"""The kinds of entry that a group's own words write. `attendkit log` writes any kind by its name."""

_WRITE, _READ = "Writing it down", "Reading it back"


def lines_of(group: str) -> Mapping[str, Line]:
    """The commands of one group, by name."""
    return {line.name: line for line in _lines(group)}


def _lines(group: str) -> Iterator[Line]:
    from attendkit.casework.kinds import KINDS

    every = {name: name for name, kind in KINDS.items() if not kind.machine and name != "struck-out"}
    for word, kind in (every if group == "log" else _KINDS[group]).items():
        make = partial(function_of("entering", "command_of_kind")(), kind)
        yield Line(word, _WRITE, KINDS[kind].purpose(), make)
    if group == "log":
        yield Line("correct", _WRITE, "Correct an entry, or strike it out.", function_of("log", "correct"))
        yield Line("import", _WRITE, "Read a call sheet back.", function_of("log", "import_"))
    for duty in DUTIES:
        if duty.words.startswith(f"{group} "):
            yield duty_line(duty)
