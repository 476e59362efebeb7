"""When a station differs from its weekly hours: shut for a while, or with other hours on certain days."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.registry.models.station import OpenSlotsField, Station
from stations.registry.triggers import touches_station


@pghistory.track()
class TemporaryClosure(models.Model):
    """The station is shut for a while, whatever its weekly hours say."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="closures")
    during = DateTimeRangeField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False) & Q(during__lower_inf=False),
                name="closure_has_a_beginning",
            ),
            ExclusionConstraint(
                name="closures_do_not_overlap",
                expressions=[("station", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
        triggers = touches_station()

    def __str__(self) -> str:
        return f"{self.station_id} shut {self.during}"


@pghistory.track()
class DatedHours(models.Model):
    """Other opening hours on certain days, in place of the weekly ones: a heat wave, the Spring Festival. Empty: unknown."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="dated_hours")
    days = DateRangeField(_("days"), help_text="local days, the last one exclusive")
    hours_text = models.CharField(_("opening hours"), max_length=200, blank=True)
    open_slots = OpenSlotsField(null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name_plural = "dated hours"
        ordering = ["days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isempty=False) & Q(days__lower_inf=False) & Q(days__upper_inf=False),
                name="dated_hours_have_ends",
            ),
            models.CheckConstraint(
                condition=~Q(hours_text="") | Q(open_slots=None), name="dated_hours_compiled"
            ),
            ExclusionConstraint(
                name="dated_hours_do_not_overlap",
                expressions=[("station", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
        ]
        triggers = touches_station()

    def __str__(self) -> str:
        return f"{self.station_id} {self.days}: {self.hours_text}"
