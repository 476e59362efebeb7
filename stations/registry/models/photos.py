"""Photos of a station: encoded anew, without what the camera wrote about place and owner."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.registry.models.station import Station
from stations.unions.models import User


@pghistory.track()
class Photo(models.Model):
    """`file` has a random name; see `stations.registry.photos` for how it is made."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="photos/", max_length=100)
    caption = models.CharField(_("caption"), max_length=80, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"photo of {self.station_id}"
