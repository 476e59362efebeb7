"""Check-ins (签到): that somebody of an occupation used a station at a time. No coordinate, no device, no person."""

import uuid

from django.db import models
from django.db.models import Q

from stations.occupations import Occupation
from stations.registry.models import Station


class CheckIn(models.Model):
    """One visit. The id is made by the phone, so that a retry is the same row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="check_ins")
    at = models.DateTimeField()
    occupation = models.CharField(max_length=16, choices=Occupation, default=Occupation.UNKNOWN)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        indexes = [models.Index(fields=["station", "at"], name="checkin_station_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(occupation__in=Occupation.values), name="checkin_occupation_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.occupation} at {self.station_id}, {self.at}"
