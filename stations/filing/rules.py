"""The way of a filing (chapter 3), without database and without Django: who passes it on from which state, and what must hold.

    draft -> submitted -> reviewed by the union -> recommended -> approved by the centre
               |             |                        |
               +-------------+---- returned <---------+     (with a reason; corrected, it is submitted again)

A change (chapter 3, 3) does not go this way: it is live at once, and is confirmed or restored field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stations.registry.rules import RuleError

NEW, CHANGE, UPGRADE, WITHDRAWAL = "new", "change", "upgrade", "withdrawal"
DRAFT, SUBMITTED, REVIEWED, RECOMMENDED = "draft", "submitted", "reviewed", "recommended"
APPROVED, RETURNED, DECIDED = "approved", "returned", "decided"
SUBMIT, TAKE_BACK, REVIEW, RECOMMEND = "submit", "take_back", "review", "recommend"
APPROVE, RETURN = "approve", "return"

OPEN_STATES = (DRAFT, SUBMITTED, REVIEWED, RECOMMENDED, RETURNED)
EDITABLE_STATES = (DRAFT, RETURNED)
ACCEPTED_KINDS = (NEW, UPGRADE)  # their stations are accepted against the six haves first

MESSAGES = {
    "now.draft": "The filing is still a draft: submit it first.",
    "now.submitted": "The filing waits for the union's review: review it, return it or take it back first.",
    "now.reviewed": "The filing is reviewed and waits to be recommended: recommend or return it.",
    "now.recommended": "The filing lies with the service centre, which approves or returns it.",
    "now.approved": "The filing is approved, and stays as it is: what has changed since is a filing of its own.",
    "now.returned": "The filing was returned: correct it and submit it again.",
    "now.decided": "This change is decided already.",
    "change": "A change is live already: confirm or restore each field of it instead.",
    "stale": "Somebody else changed this filing meanwhile: look at it as it is now, then repeat what you meant.",
    "return_reason": "Write why it is returned: the union must know what to correct.",
    "head": "The head of the form is incomplete: fill in {missing}.",
    "no_stations": "The filing names no station yet: add one at least.",
    "station": "“{station}” is incomplete: fill in {missing}.",
    "withdrawal_reason": "“{station}”: write why it is withdrawn.",
    "not_accepted": "“{station}” is not accepted yet for: {haves}. Record what was found, or return the filing.",
    "kind_new": "“{station}” cannot be filed as new: only a planned station without a nameplate can.",
    "kind_upgrade": "“{station}” cannot be upgraded: only an active sanitation workers' station can.",
    "kind_withdrawal": "“{station}” cannot be withdrawn: only an active or suspended station can.",
    "none_chosen": "Tick the stations first: at least one.",
    "other_union": "“{station}” belongs to another union: a union files its own stations.",
    "in_other": "“{station}” is in filing {filing} already, which is not decided: finish or delete that one first.",
    "twice": "“{station}” is in this filing already.",
    "only_new": "Stations are written into a filing of new stations only: choose them from your list here.",
    "delete": "Only a draft can be deleted: take the filing back first.",
    "mail": "“{given}” is not a mail address: write it like name@example.org.",
}


class FilingError(RuleError):
    """The filing does not allow it as it stands; the message says what to do."""

    messages: Mapping[str, str] = MESSAGES


@dataclass(frozen=True)
class Transition:
    """`who` is the name of the `Ability` that the step asks for."""

    source: str
    step: str
    target: str
    who: str


TRANSITIONS = (
    Transition(DRAFT, SUBMIT, SUBMITTED, "FILE"),
    Transition(RETURNED, SUBMIT, SUBMITTED, "FILE"),
    Transition(SUBMITTED, TAKE_BACK, DRAFT, "FILE"),
    Transition(RETURNED, TAKE_BACK, DRAFT, "FILE"),
    Transition(SUBMITTED, REVIEW, REVIEWED, "REVIEW_FILING"),
    Transition(SUBMITTED, RETURN, RETURNED, "REVIEW_FILING"),
    Transition(REVIEWED, RECOMMEND, RECOMMENDED, "REVIEW_FILING"),
    Transition(REVIEWED, RETURN, RETURNED, "REVIEW_FILING"),
    Transition(RECOMMENDED, APPROVE, APPROVED, "APPROVE_FILING"),
    Transition(RECOMMENDED, RETURN, RETURNED, "APPROVE_FILING"),
)


def transition(*, kind: str, state: str, step: str) -> Transition:
    """The transition that `step` is from `state`; FilingError says what is due instead."""
    if kind == CHANGE:
        raise FilingError("change")
    for one in TRANSITIONS:
        if (one.source, one.step) == (state, step):
            return one
    raise FilingError(f"now.{state}")


def steps_from(*, kind: str, state: str) -> tuple[Transition, ...]:
    """What may come next, by whomever."""
    return () if kind == CHANGE else tuple(one for one in TRANSITIONS if one.source == state)


def check_editable(*, kind: str, state: str) -> None:
    """The form is written while it is a draft, and again after it was returned."""
    if kind == CHANGE:
        raise FilingError("change")
    if state not in EDITABLE_STATES:
        raise FilingError(f"now.{state}")


HEAD = ("contact_name", "contact_email", "contact_phone")  # Annex 2, above the list


def missing_in_head(head: Mapping[str, str]) -> list[str]:
    return [name for name in HEAD if not head.get(name)]


ROW = ("manager_name", "mobile", "hours", "area_m2", "services")  # Annex 2's columns that a station may lack


def missing_in_row(cells: Mapping[str, str]) -> list[str]:
    """Columns of Annex 2 that are empty. When it will be ready may be: it may be ready now."""
    return [name for name in ROW if not cells.get(name)]


def check_fits(*, filing_kind: str, station: str, status: str, kind: str, has_plate: bool) -> None:
    """Whether a station of that status and kind can be in a filing of that kind (chapter 2, 1; chapter 5, 2)."""
    fits = {
        NEW: status == "planned" and not has_plate,
        UPGRADE: status == "active" and kind == "sanitation",
        WITHDRAWAL: status in ("active", "suspended"),
    }
    if not fits[filing_kind]:
        raise FilingError(f"kind_{filing_kind}", station=station)
