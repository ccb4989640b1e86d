"""Every kind of entry by its name. A kind is declared once: as a pydantic model in one of these modules."""

from collections.abc import Mapping

from attendkit.casework.kinds.cases import (
    CaseAction,
    CaseActionDone,
    CaseBarrier,
    CaseClosed,
    CaseOpened,
    CaseReviewed,
)
from attendkit.casework.kinds.contact import (
    Call,
    EvidenceAsked,
    EvidenceReceived,
    Letter,
    Meeting,
    Message,
    Note,
    Praise,
    SafeAndWell,
    SafeguardingReference,
    Visit,
)
from attendkit.casework.kinds.keeping import Erased, StruckOut
from attendkit.casework.kinds.kind import Kind
from attendkit.casework.kinds.law import (
    EheDecision,
    EheExitForm,
    EheNotice,
    EheRemoved,
    Hearing,
    LeaveDecided,
    LeaveRequested,
    LeaveReturned,
    NoticeIssued,
    NoticePaid,
    NoticeProsecuted,
    NoticeReferred,
    NoticeToImprove,
    NoticeToImproveOutcome,
    NoticeWithdrawn,
    ToldCouncil,
)
from attendkit.casework.kinds.school_day import LateDoor, Sanction, SignOut
from attendkit.casework.kinds.support import (
    Enquiry,
    Hold,
    HoldLifted,
    TargetReviewed,
    TargetSet,
    TimetableAgreed,
    TimetableEnded,
    TimetableReviewed,
)

__all__ = ["KINDS", "Kind"]

KINDS: Mapping[str, type[Kind]] = {
    "call": Call,
    "message": Message,
    "letter": Letter,
    "meeting": Meeting,
    "visit": Visit,
    "safe-and-well": SafeAndWell,
    "late-door": LateDoor,
    "sign-out": SignOut,
    "sanction": Sanction,
    "evidence-asked": EvidenceAsked,
    "evidence-received": EvidenceReceived,
    "target-set": TargetSet,
    "target-reviewed": TargetReviewed,
    "timetable-agreed": TimetableAgreed,
    "timetable-reviewed": TimetableReviewed,
    "timetable-ended": TimetableEnded,
    "enquiry": Enquiry,
    "told-council": ToldCouncil,
    "hold": Hold,
    "hold-lifted": HoldLifted,
    "case-opened": CaseOpened,
    "case-barrier": CaseBarrier,
    "case-action": CaseAction,
    "case-action-done": CaseActionDone,
    "case-reviewed": CaseReviewed,
    "case-closed": CaseClosed,
    "leave-requested": LeaveRequested,
    "leave-decided": LeaveDecided,
    "leave-returned": LeaveReturned,
    "notice-referred": NoticeReferred,
    "notice-issued": NoticeIssued,
    "notice-paid": NoticePaid,
    "notice-withdrawn": NoticeWithdrawn,
    "notice-prosecuted": NoticeProsecuted,
    "notice-to-improve": NoticeToImprove,
    "notice-to-improve-outcome": NoticeToImproveOutcome,
    "ehe-notice": EheNotice,
    "ehe-exit-form": EheExitForm,
    "ehe-decision": EheDecision,
    "ehe-removed": EheRemoved,
    "hearing": Hearing,
    "praise": Praise,
    "note": Note,
    "myconcern": SafeguardingReference,
    "struck-out": StruckOut,
    "erased": Erased,
}
"""Every kind of entry by the name it has in `attendkit log` and in the store. A name is never reused."""
