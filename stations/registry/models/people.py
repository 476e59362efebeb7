"""Who looks after a station, and how the union reaches them."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.private import PrivateTextField
from stations.registry.models.station import Station
from stations.unions.models import User


@pghistory.track()
class StationContact(models.Model):
    """Annex 2's person in charge and mobile number: kept in a table of its own, so that no public query can reach it."""

    station = models.OneToOneField(
        Station, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    manager_name = models.CharField(_("person in charge"), max_length=40, blank=True)
    mobile = PrivateTextField(_("mobile"), max_length=20, blank=True)

    def __str__(self) -> str:
        return f"contact of {self.station_id}"


@pghistory.track()
class StationManager(models.Model):
    """站长: who looks after a station, and since when. One at a time (chapter 2, 2 (3))."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="managers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="managed")
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station"], condition=Q(until=None), name="station_has_one_manager"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} manages {self.station_id}"
