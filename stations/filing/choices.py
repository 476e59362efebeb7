"""The closed lists of chapter 3."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FilingKind(models.TextChoices):
    NEW = "new", _("New stations")
    CHANGE = "change", _("Change")
    UPGRADE = "upgrade", _("Upgrade to relay station")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class FilingState(models.TextChoices):
    """draft -> submitted -> reviewed -> recommended -> approved; returned with a reason from any of the three in between.

    A change is submitted by being made, and ends as decided once the union has confirmed or restored each field.
    """

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    REVIEWED = "reviewed", _("Reviewed by the union")
    RECOMMENDED = "recommended", _("Recommended")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    DECIDED = "decided", _("Change decided")


class Decision(models.TextChoices):
    PENDING = "pending", _("Waiting for the union")
    CONFIRMED = "confirmed", _("Confirmed")
    RESTORED = "restored", _("Restored")
