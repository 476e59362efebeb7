"""Nameplates (铭牌, chapter 2, 2 (2) and 2 (6)): a register in which every number stands once, for ever.

`Station.nameplate_no` is the plate on the wall. A trigger writes each number that a station gets into the register and each that
it loses as withdrawn, so that imports and SQL are caught, and refuses a number that was ever used. Rows are never deleted and
numbers never rewritten. A number that was spoiled before it hung anywhere is a row without a station, with the reason; so every
number up to the counter is accounted for, and gaps have their explanation.
"""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.registry.models.station import Station
from stations.registry.triggers import NAMEPLATE_FOR_EVER
from stations.unions.models import User


@pghistory.track()
class Nameplate(models.Model):
    number = models.CharField(_("nameplate number"), max_length=40, primary_key=True)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="nameplates"
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="nameplate_has_number"),
            models.CheckConstraint(
                condition=Q(station__isnull=False) | (Q(withdrawn_at__isnull=False) & ~Q(reason="")),
                name="nameplate_without_station_is_explained",
            ),
            models.UniqueConstraint(
                fields=["station"], condition=Q(withdrawn_at=None), name="station_has_one_nameplate"
            ),
        ]
        triggers = NAMEPLATE_FOR_EVER

    def __str__(self) -> str:
        return self.number


class NameplateCounter(models.Model):
    """The last running number given for one text before it; locked while a number is issued."""

    before = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.before}{self.last}"
