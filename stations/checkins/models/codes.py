"""The QR code that a station's manager prints (chapter 4, 1 (1))."""

import pghistory
from django.db import models
from django.db.models import Q

from stations.registry.models import Station
from stations.unions.models import User


@pghistory.track()
class StationCode(models.Model):
    """A version of a station's code. A stolen poster's is revoked, and the next version printed."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="codes")
    version = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["station", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["station", "version"], name="code_version_once"),
            models.UniqueConstraint(
                fields=["station"], condition=Q(revoked_at=None), name="code_one_in_force_a_station"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id}, version {self.version}"
