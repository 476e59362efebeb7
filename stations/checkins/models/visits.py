"""A visit as a phone tells it: when, where and by which occupation. No coordinate, no device, no person."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.checkins.choices import Band, Grade, SetAside
from stations.occupations import Occupation
from stations.private import PrivateTextField
from stations.registry.models import Station


class CheckIn(models.Model):
    """One visit (签到), in a table with a partition for each month of `at` in Shanghai (stations/checkins/keeping/partitions.py).

    A unique key on a partitioned table must hold the time, so `id` alone is made unique by `checkins_take`. Every row that is
    inserted is counted in `Usage` and `WeekUse` by a trigger of the table, in the same transaction. Raw rows expire; counts stay.
    """

    pk = models.CompositePrimaryKey("id", "at")
    id = models.UUIDField(editable=False, help_text="made by the phone, so that a retry is the same row")
    at = models.DateTimeField(help_text="the moment that it is counted for")
    made_at = models.DateTimeField(help_text="the same by the phone's clock")
    received_at = models.DateTimeField(default=timezone.now)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="check_ins")
    occupation = models.CharField(max_length=16, choices=Occupation, default=Occupation.UNKNOWN)
    grade = models.CharField(max_length=6, choices=Grade, default=Grade.CODE)
    band = models.CharField(max_length=4, choices=Band, default=Band.UNKNOWN, blank=True)
    set_aside = models.CharField(max_length=8, choices=SetAside, default=SetAside.COUNTED, blank=True)
    pseudonym = models.BinaryField(
        max_length=16,
        help_text="HMAC of the device by the key of `at`'s month (stations/checkins/intake/pseudonyms.py)",
    )

    class Meta:
        indexes = [
            models.Index(fields=["station", "at"], name="checkin_station_at"),
            models.Index(fields=["pseudonym", "at"], name="checkin_pseudonym_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(occupation__in=Occupation.values), name="checkin_occupation_known"
            ),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="checkin_grade_known"),
            models.CheckConstraint(condition=Q(band__in=Band.values), name="checkin_band_known"),
            models.CheckConstraint(
                condition=Q(set_aside__in=SetAside.values), name="checkin_set_aside_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occupation} at {self.station_id}, {self.at}"


class MonthKey(models.Model):
    """The random key of a month's pseudonyms; deleted with the month's last raw row, after which they are nobody's."""

    month = models.DateField(primary_key=True, help_text="its first day")
    key = PrivateTextField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Allowance(models.Model):
    """How many visits were counted of one phone, or at one station from one network address, on a local day. Kept for days."""

    pk = models.CompositePrimaryKey("day", "who", "station_id")
    day = models.DateField()
    who = models.BinaryField(max_length=16, help_text="a pseudonym of the phone or of the address")
    station_id = models.BigIntegerField(help_text="0 where the phone is counted, at whichever station")
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"
