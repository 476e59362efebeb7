"""What a worker says after checking in: whether it was good, and what is wrong. One tap each, no free text, nobody's name."""

import pghistory
from django.db import models
from django.db.models import Q

from stations.checkins.choices import ReportKind
from stations.registry.models import FacilityType, Station
from stations.unions.models import User


class Opinion(models.Model):
    """Whether a visit was good, once a visit. The visit is no foreign key, since raw check-ins expire."""

    check_in = models.UUIDField(primary_key=True)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="opinions")
    day = models.DateField()
    good = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["station", "day"], name="opinion_station_day")]

    def __str__(self) -> str:
        return f"{self.station_id} on {self.day}: {self.good}"


@pghistory.track()
class WorkerReport(models.Model):
    """Closed, broken or wrongly placed, as workers say. The same of one day is one report with a number of voices."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="worker_reports")
    kind = models.CharField(max_length=12, choices=ReportKind)
    facility = models.ForeignKey(FacilityType, on_delete=models.PROTECT, null=True, blank=True)
    day = models.DateField()
    voices = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-last_at"]
        indexes = [models.Index(fields=["station"], condition=Q(settled_at=None), name="report_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind", "day"], condition=Q(facility=None), name="report_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["station", "kind", "facility", "day"], name="report_once_a_day_and_facility"
            ),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_known"),
            models.CheckConstraint(
                condition=Q(facility=None) | Q(kind=ReportKind.BROKEN), name="report_facility_is_broken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.station_id} on {self.day}"
