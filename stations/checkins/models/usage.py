"""What is counted of visits. The check-ins' trigger writes `Usage` and `WeekUse` (migration 0002), and nobody else does."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stations.checkins.choices import Grade
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.unions.models import User

HOURS_OF_WEEK = 168
EVERY_OCCUPATION = ""


class Usage(models.Model):
    """Visits counted at a station in an hour of a local day, by occupation and grade."""

    pk = models.CompositePrimaryKey("station_id", "day", "hour", "occupation", "grade")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="usage")
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    occupation = models.CharField(max_length=16, choices=Occupation)
    grade = models.CharField(max_length=6, choices=Grade)
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="usage_day")]
        constraints = [models.CheckConstraint(condition=Q(hour__lte=23), name="usage_hour_of_day")]

    def __str__(self) -> str:
        return f"{self.count} at {self.station_id}, {self.day} {self.hour}:00"


class WeekUse(models.Model):
    """The same for heat: a month's visits of a station by hour of the week, for one occupation and for all of them together.

    An array a row, since a map of all hours reads every station: 1,300 rows instead of 218,400.
    """

    pk = models.CompositePrimaryKey("station_id", "month", "occupation")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="week_use")
    month = models.DateField(help_text="its first day")
    occupation = models.CharField(max_length=16, blank=True, help_text="empty: all together")
    counts = ArrayField(models.PositiveIntegerField(), size=HOURS_OF_WEEK, help_text="from Monday 0:00")

    def __str__(self) -> str:
        return f"{self.station_id} in {self.month:%Y-%m}"


@pghistory.track()
class Tally(models.Model):
    """Visits of a day that a manager counted on paper: self-reported, and never added to what was scanned."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="tallies")
    day = models.DateField()
    occupation = models.CharField(max_length=16, choices=Occupation, default=Occupation.UNKNOWN)
    count = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-day", "occupation"]
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["station", "day", "occupation"], name="tally_once_a_day"),
            models.CheckConstraint(condition=Q(count__gte=1, count__lte=5000), name="tally_count_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.count} at {self.station_id} on {self.day}, on paper"


class BusyQuarter(models.Model):
    """A quarter whose busy hours were published: it is not published again, whatever is counted of it later."""

    quarter = models.DateField(primary_key=True, help_text="its first day")
    published_at = models.DateTimeField()
    hours = models.PositiveIntegerField(help_text="rows of BusyHour that it has")

    def __str__(self) -> str:
        return f"{self.quarter}: {self.hours}"


class BusyHour(models.Model):
    """How busy a station usually is in an hour of the day: published once a quarter, and then left as it is.

    From quarters only, which do not overlap, so that no two answers can be subtracted; hours with fewer than ten visits have
    no row (stations/checkins/usage/publishing.py). stations/checkins/usage/busy.py writes them.
    """

    pk = models.CompositePrimaryKey("station_id", "quarter", "hour")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="busy_hours")
    quarter = models.DateField(help_text="its first day")
    hour = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(
        help_text="1 quieter, 2 busier, 3 busiest: among this station's own hours"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="busy_hour_of_day"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="busy_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} at {self.hour}:00: {self.level}"
