"""What the actions refuse, as answers of the API."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from stations.filing import changes
from stations.filing.actions import FilingError, HeadError, StaleFilingError
from stations.filing.models import Filing
from stations.registry.actions import StationError
from stations.registry.rules import RuleError
from stations.registry.wording import told as words
from stations.rest.conditional import ConflictError, PreconditionFailedError

OF_A_FIELD = {
    "mail": "contact_email",
    "return_reason": "comment",
}  # faults of what was sent, not of the filing


@contextmanager
def told(text_field: str = "detail") -> Iterator[None]:
    """400 for what was sent, 409 for how the filing stands, 412 for a version that is not the present one.

    `text_field`: the one free text of the body, whose faults have no name of their own.
    """
    try:
        yield
    except (StationError, HeadError) as error:
        raise ValidationError({error.field: [error.message]}) from error
    except StaleFilingError as error:
        raise PreconditionFailedError(error.filing.version) from error
    except FilingError as error:
        if error.code in OF_A_FIELD:
            raise ValidationError({OF_A_FIELD[error.code]: [words(error)]}) from error
        raise ConflictError({"detail": words(error)}) from error
    except RuleError as error:
        raise ValidationError({text_field: [words(error)]}) from error


@contextmanager
def told_of_decision(filing: Filing) -> Iterator[None]:
    """412 for another version of the change filing, 409 for a field that cannot be decided as it stands."""
    try:
        yield
    except changes.StaleFilingError as error:
        filing.refresh_from_db()
        raise PreconditionFailedError(filing.version) from error
    except changes.NotWaitingError as error:
        message = gettext("The change was changed or decided meanwhile: look at it again, then decide.")
        raise ConflictError({"detail": message}) from error
    except changes.OverwrittenError as error:
        message = gettext(
            "“%(field)s” was changed again since, so what was before is not put back over it: confirm it, or edit the station."
        )
        raise ConflictError({"detail": message % {"field": error.field}}) from error
    except StationError as error:
        message = gettext(
            "What was there before is not allowed any more (%(why)s). Confirm the change, or edit the station."
        )
        raise ConflictError({"detail": message % {"why": error.message}}) from error
