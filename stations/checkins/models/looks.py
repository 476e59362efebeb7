"""What the centre found when it looked at a station that the inflation report lists."""

import pghistory
from django.db import models
from django.db.models import Q

from stations.checkins.choices import Finding
from stations.registry.models import Station
from stations.unions.models import User

NOTE_LENGTH = 500


@pghistory.track()
class InflationLook(models.Model):
    """One a station and month. Nothing follows from it by itself: whoever inspects, or explains, is a person."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="inflation_looks")
    month = models.DateField(help_text="its first day")
    finding = models.CharField(max_length=10, choices=Finding)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "station"]
        constraints = [
            models.UniqueConstraint(fields=["station", "month"], name="look_once_a_month"),
            models.CheckConstraint(condition=Q(finding__in=Finding.values), name="look_finding_known"),
            models.CheckConstraint(condition=Q(month__day=1), name="look_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} in {self.month:%Y-%m}: {self.finding}"
