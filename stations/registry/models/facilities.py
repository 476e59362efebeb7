"""What stands in a station: six basic facilities and extras (6+X), each with its condition."""

import pghistory
from django.db import models
from django.db.models import Q

from stations.registry.choices import Condition
from stations.registry.models.station import Station
from stations.registry.triggers import touches_station


@pghistory.track()
class FacilityType(models.Model):
    """A kind of facility: the six basic ones of chapter 2, 2 (5), and the X that a province adds. Data, not code."""

    code = models.SlugField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    is_basic = models.BooleanField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name_zh


@pghistory.track()
class Facility(models.Model):
    """One facility of one station, and whether it works."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="facilities")
    type = models.ForeignKey(FacilityType, on_delete=models.PROTECT)
    condition = models.CharField(max_length=8, choices=Condition, default=Condition.WORKING)
    broken_since = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        ordering = ["type__position", "type"]
        constraints = [
            models.UniqueConstraint(fields=["station", "type"], name="facility_once_a_station"),
            models.CheckConstraint(
                condition=Q(condition__in=Condition.values), name="facility_condition_known"
            ),
            models.CheckConstraint(
                condition=Q(condition="broken", broken_since__isnull=False)
                | (~Q(condition="broken") & Q(broken_since=None)),
                name="facility_broken_has_date",
            ),
        ]
        triggers = touches_station()

    def __str__(self) -> str:
        return f"{self.type_id} of {self.station_id}"
