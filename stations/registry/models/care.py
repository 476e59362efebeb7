"""City-wide care drives (送清凉, 送温暖; chapter 2, 2 (6)) and the stations that take part."""

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from stations.registry.models.station import Station


@pghistory.track()
class CareDrive(models.Model):
    class Season(models.TextChoices):
        SUMMER = "summer", _("Summer care (cooling)")
        WINTER = "winter", _("Winter care (warmth)")

    name = models.CharField(_("name"), max_length=80, unique=True)
    season = models.CharField(_("season"), max_length=6, choices=Season)
    days = DateRangeField(_("days"), help_text="local days, the last one exclusive")
    note = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        ordering = ["-days", "id"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CareStation(models.Model):
    """A station takes part in a care drive."""

    drive = models.ForeignKey(CareDrive, on_delete=models.CASCADE, related_name="participations")
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="care")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drive", "station"], name="care_station_once_a_drive")]

    def __str__(self) -> str:
        return f"{self.station_id} in {self.drive_id}"
