"""The table of duties: one line each. The command line, the docs and the tests are made from it.

Nothing here imports Polars: a duty's function is found by name when it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attendkit.findings import Report, View


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a duty's own: `--name`. `kind` is bool (a flag), str, int, date, Path, or list (texts).

    `choices` are its words. With `argument` it is given by its place and not by its name, and where it is
    `required` not without it. `writes` is the format that a flag asks for, where it is one of the duty's own
    papers. `reads` is the list that a file holds, where the option names one of the officer's own: the duty
    is given what it says.
    """

    name: str
    help: str
    kind: type = bool
    default: object = False
    choices: tuple[str, ...] = ()
    writes: str = ""
    reads: str = ""
    argument: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: its command name, the heading it stands under in `--help`, and one line of help.

    `module` is its module in this package; the module's function of the same name, with dashes as
    underscores, takes a `View` and gives back a `Report`. `due` are figures of its counts that are something
    to do today: each a name (`sessions.AM` for one within another), and what one and several of them are.
    `proves` are the rules whose findings `why` proves by the rule's name; `coding-*` is a family of them.
    `flags` says that to be in its list is a judgement on the pupil, `asks` that it is a question about them:
    both are told with the pupil. `command` is what it is asked for by, where that is not its name. With
    `history` it is given, under that name, every word that any import had on a mark.
    """

    name: str
    group: str
    help: str
    module: str
    options: tuple[Option, ...] = ()
    due: tuple[tuple[str, str, str], ...] = ()
    proves: tuple[str, ...] = ()
    flags: bool = False
    asks: bool = False
    history: bool = False
    command: str = ""

    @property
    def words(self) -> str:
        """What follows `attendkit` on the line that asks for it."""
        return self.command or self.name

    def load(self) -> "Callable[[View], Report]":
        """The duty's function, imported now."""
        found: Callable[[View], Report] = getattr(
            import_module(f"attendkit.duties.{self.module}"), self.name.replace("-", "_")
        )
        return found


SETTING_UP = "Setting up and reading exports"
EVERY_DAY = "Every day"
EVERY_WEEK = "Every week"
WATCHING = "Watching"
CASEWORK = "Casework: what people did"
PAPERS = "Papers"

_SESSION = Option("session", "AM or PM; the latest one with marks if left out.", str, "", ("AM", "PM"))

_EMAIL = (
    Option("email", "Draft an e-mail to each reader, with the paper attached.", writes="email"),
    Option("send", "The same, and send them by the mail server of attendkit.toml.", writes="email"),
)

DUTIES: tuple[Duty, ...] = (
    Duty(
        "absences",
        EVERY_DAY,
        "Today's absent pupils for first-day calling: no reason given first.",
        "absences",
        (
            Option("session", "AM or PM only; the whole day if left out.", str, "", ("AM", "PM")),
            Option("xlsx", "Write the call sheet: a workbook to fill in while ringing.", writes="call-sheet"),
        ),
        due=(("to_ring", "pupil to ring about", "pupils to ring about"),),
    ),
    Duty(
        "missing-registers",
        EVERY_DAY,
        "Tutor groups with no marks or some marks missing for a session.",
        "missing_registers",
        due=(
            ("not_taken", "register not taken", "registers not taken"),
            ("partial", "register with marks missing", "registers with marks missing"),
        ),
    ),
    Duty(
        "fire-register",
        EVERY_DAY,
        "Who is on site now: unknown first and never assumed present.",
        "fire_register",
        (_SESSION,),
    ),
    Duty(
        "late",
        EVERY_DAY,
        "Late today, with minutes, and the lateness ladder.",
        "late",
        due=(("steps_due", "step for lateness due", "steps for lateness due"),),
    ),
    Duty(
        "ncode-report",
        EVERY_WEEK,
        "Every N still open, with its deadline, by tutor group.",
        "ncode_report",
        _EMAIL,
        due=(
            ("overdue", "N overdue", "N overdue"),
            ("due_today", "N to settle by tonight", "N to settle by tonight"),
        ),
        flags=True,
    ),
    Duty(
        "tutor-report",
        EVERY_WEEK,
        "A page a tutor group: attendance, movers, lates, open N, and whom to praise.",
        "tutor_report",
        _EMAIL,
    ),
    Duty(
        "meeting-pack",
        EVERY_WEEK,
        "For a weekly meeting: changes since the last one, actions, targets, next steps.",
        "meeting_pack",
        (
            Option(
                "kind",
                "college, inclusion (the panel), or was (open cases, with the council).",
                str,
                "college",
                ("college", "inclusion", "was"),
                argument=True,
                required=True,
            ),
            Option("name", "One college alone; all of them if left out.", str, "", argument=True),
            Option("since", "Changes after this day; after the last meeting if left out.", date, None),
            *_EMAIL,
        ),
    ),
    Duty(
        "safeguarding-log",
        EVERY_WEEK,
        "Who has not been seen, and the week's calls, meetings, visits and checks.",
        "safeguarding_log",
        proves=("not-seen",),
        due=(
            ("must_be_seen", "pupil who must be seen", "pupils who must be seen"),
            ("not_seen", "pupil to ask after", "pupils to ask after"),
        ),
        flags=True,
    ),
    Duty(
        "bands",
        WATCHING,
        "Severe, persistent and at-risk absence, in whole sessions.",
        "bands",
        (
            Option("all", "Every pupil, not only those on or below a line."),
            Option("since", "Only pupils whose band is another one than on this day.", date, None),
        ),
        due=(
            (
                "crossed",
                "pupil into a worse band since the last school day",
                "pupils into a worse band since the last school day",
            ),
            (
                "recovered",
                "pupil into a better band since the last school day",
                "pupils into a better band since the last school day",
            ),
        ),
        flags=True,
    ),
    Duty(
        "penalties",
        WATCHING,
        "Who has reached 10 unauthorised sessions in 10 school weeks.",
        "penalties",
        (
            Option(
                "ledger",
                "ledger: the notices issued, paid, unpaid, withdrawn and prosecuted.",
                str,
                None,
                ("ledger",),
                argument=True,
            ),
            Option("all", "Also those on the way there, the nearest first."),
            Option("notices", "A list of the penalty notices issued so far.", Path, None, reads="notices"),
        ),
        proves=("penalty-notice",),
        due=(("reached", "pupil at the threshold", "pupils at the threshold"),),
        flags=True,
    ),
    Duty(
        "returns",
        WATCHING,
        "What the council is owed: attendance, sickness, new pupil and deletion returns.",
        "returns",
        (Option("all", "Also those on the way to an attendance or sickness return."),),
        proves=("attendance-return", "sickness-return"),
        due=(
            ("attendance", "attendance return owed", "attendance returns owed"),
            ("sickness", "sickness return owed", "sickness returns owed"),
            ("new-pupil", "new pupil return owed", "new pupil returns owed"),
            ("deletion", "deletion return owed", "deletion returns owed"),
        ),
        flags=True,
    ),
    Duty(
        "cme",
        WATCHING,
        "Pupils away without explanation, by school day, and what to do on it.",
        "cme",
        proves=("cme-referral", "ground-i", "ground-h"),
        due=(("pupils", "pupil away without explanation", "pupils away without explanation"),),
        flags=True,
    ),
    Duty(
        "coding",
        WATCHING,
        "Marks that do not agree with a rule, the pupil or each other, and what to do.",
        "coding",
        (Option("check", "One check alone, by its name.", str, ""),),
        proves=("coding-*",),
    ),
    Duty(
        "timetables",
        WATCHING,
        "Part-time timetables in the register: since when, how many sessions, review by.",
        "timetables",
        (Option("all", "Also those of this academic year that have ended."),),
        due=(
            ("red", "part-time timetable past its review", "part-time timetables past their review"),
            ("amber", "part-time timetable to review", "part-time timetables to review"),
        ),
        proves=("part-time-timetable",),
    ),
    Duty(
        "medical",
        WATCHING,
        "Illness and appointments: how often, how long, and whom to look at first.",
        "medical",
        (Option("all", "Everyone with a session of I or M this academic year."),),
        proves=("medical-look",),
    ),
    Duty(
        "whatif",
        WATCHING,
        "A past term under other thresholds: who would have been written to.",
        "whatif",
        (
            Option(
                "policy", "Other values of rules, as attendkit.toml has them.", Path, None, reads="policy"
            ),
            Option("from", "The first day to replay. Last term's, if left out.", date, None),
            Option("to", "The last day to replay. Last term's, if left out.", date, None),
            Option("all", "Also everyone whom the policy sees on the same day."),
        ),
    ),
    Duty(
        "pupil",
        WATCHING,
        "One pupil on one screen or page: every session, figures, contacts, what may come.",
        "pupil",
        (
            Option(
                "pupil",
                "UPN, admission number, or part of the name.",
                str,
                None,
                argument=True,
                required=True,
            ),
        ),
    ),
    Duty(
        "reconcile",
        WATCHING,
        "Why our figures differ from another system's totals, pupil by pupil.",
        "reconcile",
        (
            Option(
                "file",
                "A file of totals a pupil, or another register's export.",
                Path,
                None,
                reads="figures",
                argument=True,
                required=True,
            ),
        ),
    ),
    Duty(
        "letters-plan",
        PAPERS,
        "Who would get which letter today and why, and who would not and why.",
        "letters",
        (
            Option("letter", "This letter alone; `attendkit letters list` has their names.", str, ""),
            Option("say", "What would be said in it, as for `letters write`: --say time=3.30pm.", list, ()),
            Option("again", "Also what was written already."),
        ),
        command="letters plan",
    ),
    Duty(
        "letters-stale",
        PAPERS,
        "Letters already written whose facts have changed since.",
        "letters",
        due=(("letters", "letter whose facts have changed", "letters whose facts have changed"),),
        command="letters stale",
    ),
    Duty("today", SETTING_UP, "What is due today, one line each, with the command to run.", "today"),
    Duty(
        "changes",
        SETTING_UP,
        "Marks that one import said and a later one says otherwise, and what that overturns.",
        "changes",
        (
            Option(
                "since", "Changes made from this day on; all of them if left out.", date, None, argument=True
            ),
        ),
        history=True,
    ),
    Duty(
        "audit",
        SETTING_UP,
        "Sessions drawn at random, each traced to its export, its changes, and what was done.",
        "audit",
        (
            Option(
                "seed", "What draws the sample; the same again draws the same. The date if left out.", str, ""
            ),
            Option("pupils", "How many pupils; 10 if left out.", int, 10),
            Option("sessions", "How many sessions of each; 5 if left out.", int, 5),
        ),
        history=True,
    ),
    Duty(
        "kpi",
        WATCHING,
        "The school, its years and groups, against last year and published figures.",
        "kpi",
        (
            Option("tutors", "Tutor groups too."),
            Option("outside", "Fit to leave the team: no small group, and none that gives one away."),
        ),
    ),
    Duty(
        "patterns",
        WATCHING,
        "Weekdays, half days, holidays, lateness and siblings that chance does not explain.",
        "patterns",
        proves=(
            "patterns",
            "pattern-half-days",
            "pattern-broken-weeks",
            "pattern-illness",
            "pattern-lateness",
            "pattern-minutes",
            "pattern-siblings",
        ),
        asks=True,
    ),
    Duty(
        "log-show",
        CASEWORK,
        "What was logged, as it counts now, in the order it happened.",
        "log",
        (
            Option("pupil", "UPN, admission number, or part of the name.", str, None, argument=True),
            Option("kind", "One kind of entry alone.", str, ""),
            Option("since", "From this day on.", date, None),
            Option("all", "Entries that were corrected or struck out too, and what took their place."),
        ),
        command="log show",
    ),
    Duty(
        "case-show",
        CASEWORK,
        "One pupil's case, line by line.",
        "cases",
        (
            Option(
                "pupil",
                "UPN, admission number, or part of the name.",
                str,
                None,
                argument=True,
                required=True,
            ),
        ),
        command="case show",
    ),
    Duty(
        "case-list",
        CASEWORK,
        "Open cases: actions, reviews, and what is overdue.",
        "cases",
        (
            Option("overdue", "Only those with an action or a review overdue."),
            Option("all", "Also those that are closed."),
        ),
        due=(
            ("actions_overdue", "action overdue", "actions overdue"),
            ("reviews_overdue", "case to review", "cases to review"),
        ),
        command="case list",
    ),
    Duty(
        "target-list",
        CASEWORK,
        "How every target stands: so far, in hand, sessions left.",
        "targets",
        (Option("all", "Also those that a review has ended."),),
        due=(
            ("missed", "target that can no longer be met", "targets that can no longer be met"),
            ("to_review", "target to review", "targets to review"),
        ),
        command="target list",
    ),
    Duty(
        "loa-list",
        CASEWORK,
        "Leave of absence held against the rule, decided, and taken.",
        "leave",
        (Option("all", "Every request of this academic year."),),
        due=(
            ("to_decide", "request for leave to decide", "requests for leave to decide"),
            ("late_back", "pupil not back from leave", "pupils not back from leave"),
            ("taken", "leave taken without permission", "leaves taken without permission"),
        ),
        command="loa list",
    ),
    Duty(
        "ehe-list",
        CASEWORK,
        "Home education: the day the name goes, and what is still to do.",
        "home_education",
        (Option("all", "Also notices of earlier years."),),
        due=(("to_remove", "name to take off the register", "names to take off the register"),),
        command="ehe list",
    ),
    Duty(
        "court-list",
        CASEWORK,
        "Hearings to come, and what came of the others.",
        "hearings",
        due=(("outcome_due", "hearing without an outcome", "hearings without an outcome"),),
        command="court list",
    ),
)


def duty(name: str) -> Duty:
    """The duty of that name."""
    return next(d for d in DUTIES if d.name == name)


def report_of(name: str, view: "View", **options: object) -> "Report":
    """What a duty says on a view, with these options of its own and none of the view's.

    This is how one duty gives the figures of another: they are the other's own, so the two cannot disagree.
    """
    return duty(name).load()(replace(view, options=options))
