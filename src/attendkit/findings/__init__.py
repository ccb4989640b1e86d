"""What a duty may look at, and what it gives back.

A duty is a function from a `View` to a `Report`. A report's rows are numbers and codes keyed by pupil
number; names are added by `documents` and `cli` only. Its findings are made on demand from the same
evidence as its rows, so a figure is the length of its proof.
"""

from attendkit.findings.chart import Chart, Point
from attendkit.findings.finding import Evidence, Finding
from attendkit.findings.logged import standing
from attendkit.findings.proof import PROOF, Proof
from attendkit.findings.report import EVIDENCE, FOUND, Column, Kind, Report, findings, gathered
from attendkit.findings.targets import Progress, progress_of, progress_text
from attendkit.findings.tried import CONTACTS, entry_text, reasons_told
from attendkit.findings.view import GONE_AFTER, View
from attendkit.findings.words import (
    SESSION_NAME,
    changed_rules,
    counted,
    either,
    in_days,
    long_date,
    no_marks,
    presumed_left,
    session_name,
    short_date,
    unmarked,
)

__all__ = [
    "CONTACTS",
    "EVIDENCE",
    "FOUND",
    "GONE_AFTER",
    "PROOF",
    "SESSION_NAME",
    "Chart",
    "Column",
    "Evidence",
    "Finding",
    "Kind",
    "Point",
    "Progress",
    "Proof",
    "Report",
    "View",
    "changed_rules",
    "counted",
    "either",
    "entry_text",
    "findings",
    "gathered",
    "in_days",
    "long_date",
    "no_marks",
    "presumed_left",
    "progress_of",
    "progress_text",
    "reasons_told",
    "session_name",
    "short_date",
    "standing",
    "unmarked",
]
