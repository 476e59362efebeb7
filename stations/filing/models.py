"""Filings (备案, chapter 3 and Annex 2): what a union sends in, who passed it on, and what became of it.

A filing has items, one a station. A new station stands in the registry as *planned* from the draft on, so the form of Annex 2 and
the registry are the same fields under the same rules; approval makes it active and gives it its nameplate. When a filing is
submitted each item keeps what was filed (`filed`), so the paper can be printed later as it was.

A change (chapter 3, 3) is live before it is filed: its item holds one `FieldChange` a field, and the union confirms it or
restores what was there.
"""

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.filing.choices import Decision, FilingKind, FilingState
from stations.private import PrivateTextField
from stations.registry.models import Station
from stations.unions.access import Ability, may
from stations.unions.models import Role, TradeUnion, User


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: User | AnonymousUser) -> "FilingQuerySet":
        """The centre sees every filing, an officer those of the own unions, a manager those of changes to the own stations."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_role(Role.CENTRE_OFFICER):
            return self.all()
        return self.filter(
            Q(union__in=user.union_ids())
            | Q(
                kind=FilingKind.CHANGE,
                pk__in=FilingItem.objects.filter(station__in=user.managed_station_ids).values("filing"),
            )
        )


@pghistory.track()
class Filing(models.Model):
    """One filing form. The head of Annex 2: recommending union, its person in charge, mail and phone."""

    kind = models.CharField(_("kind of filing"), max_length=12, choices=FilingKind)
    state = models.CharField(_("state"), max_length=12, choices=FilingState, default=FilingState.DRAFT)
    union = models.ForeignKey(
        TradeUnion, verbose_name=_("recommending union"), on_delete=models.PROTECT, related_name="filings"
    )
    contact_name = models.CharField(_("person in charge of the union"), max_length=40, blank=True)
    contact_email = models.EmailField(_("mail of the person in charge"), blank=True)
    contact_phone = PrivateTextField(_("phone of the person in charge"), max_length=20, blank=True)
    note = models.CharField(_("remark"), max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    state_since = models.DateTimeField(_("in this state since"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "union"], name="filing_state_union")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FilingKind.values), name="filing_kind_known"),
            models.CheckConstraint(condition=Q(state__in=FilingState.values), name="filing_state_known"),
            models.CheckConstraint(
                condition=Q(state=FilingState.DRAFT) | Q(submitted_at__isnull=False),
                name="filing_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def allows(self, user: User | AnonymousUser, ability: Ability) -> bool:
        """Whether `user` may do it to this filing: see `stations.unions.access`."""
        return may(user, ability, union_id=self.union_id)


@pghistory.track()
class FilingItem(models.Model):
    """A row of Annex 2's list: one station. `filed`: its particulars as submitted, by the columns of the registry's table."""

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="items")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="filing_items")
    position = models.PositiveIntegerField(_("number"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    filed = models.JSONField(null=True, blank=True, editable=False)
    filed_contact = PrivateTextField(blank=True, editable=False)
    nameplate_no = models.CharField(_("nameplate number"), max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "station"], name="filing_names_a_station_once"),
            models.UniqueConstraint(
                fields=["filing", "position"],
                name="filing_item_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.filing_id}"


@pghistory.track()
class FieldChange(models.Model):
    """One field that was changed live: what was there, what is there now, and what the union decided."""

    item = models.ForeignKey(FilingItem, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(_("field"), max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.PENDING)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "field"], name="change_names_a_field_once"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="change_decision_known"),
            models.CheckConstraint(
                condition=Q(decision=Decision.PENDING, decided_at=None)
                | (~Q(decision=Decision.PENDING) & Q(decided_at__isnull=False)),
                name="change_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.item_id}"


@pghistory.track()
class FilingStep(models.Model):
    """A filing went from one state to the next: the history of its way is a table, with the reason where one is given."""

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="steps")
    from_state = models.CharField(max_length=12, choices=FilingState)
    to_state = models.CharField(max_length=12, choices=FilingState)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state=FilingState.RETURNED) | ~Q(comment=""), name="filing_returned_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.from_state} -> {self.to_state}"


class Upload(models.Model):
    """A list of stations uploaded to a draft and looked through, waiting for its sender to import the good rows; kept a day."""

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    datum = models.CharField(max_length=5)
    sheet = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} for {self.filing_id}"
