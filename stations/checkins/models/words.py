"""What a worker says after checking in: whether it was good, and what is wrong. One tap each, no free text, nobody's name."""

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from stations.checkins.choices import ReportKind
from stations.registry.models import FacilityType, Station
from stations.unions.access import Ability, may
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


class WorkerReportQuerySet(models.QuerySet["WorkerReport"]):
    def visible_to(self, user: User | AnonymousUser) -> "WorkerReportQuerySet":
        """Those of the stations that `user` looks after in any role."""
        return self.filter(station__in=Station.objects.in_care_of(user).values("pk"))

    def to_settle_by(self, user: User) -> "WorkerReportQuerySet":
        """The open ones that `user` may settle: `Ability.SETTLE_REPORT` in SQL."""
        waiting = self.filter(settled_at=None)
        if may(user, Ability.SETTLE_REPORT):
            return waiting
        return waiting.filter(
            Q(station__union__in=user.union_ids()) | Q(station__in=user.managed_station_ids)
        )


# A further voice is no change worth keeping for ever: history follows who settled it and what opened it again.
SETTLING = pghistory.UpdateEvent(condition=pghistory.AnyChange("settled_at", "settled_by"))


@pghistory.track(pghistory.InsertEvent(), SETTLING, pghistory.DeleteEvent())
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

    objects = WorkerReportQuerySet.as_manager()

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
