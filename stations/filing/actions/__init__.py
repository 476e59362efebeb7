"""What people do to filings. Each verb: authorise, lock, check, save, in one transaction."""

from stations.filing.actions.drafting import (
    HeadError,
    add_station,
    append_stations,
    choose_stations,
    delete_draft,
    draft_filing,
    edit_head,
    edit_reason,
    edit_station,
    remove_station,
)
from stations.filing.actions.locking import StaleFilingError, lock_editable
from stations.filing.actions.steps import approve, recommend, return_filing, review, submit, take_back
from stations.filing.rules import FilingError

__all__ = [
    "FilingError",
    "HeadError",
    "StaleFilingError",
    "add_station",
    "append_stations",
    "approve",
    "choose_stations",
    "delete_draft",
    "draft_filing",
    "edit_head",
    "edit_reason",
    "edit_station",
    "lock_editable",
    "recommend",
    "remove_station",
    "return_filing",
    "review",
    "submit",
    "take_back",
]
