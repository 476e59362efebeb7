"""What a station is accepted and held to: the six haves (chapter 2, 2) and the service pledge (Annex 1). Both are data, since
provinces differ and the text of Annex 1 is lost."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.registry.models.station import Station
from stations.registry.triggers import PLEDGE_STAYS
from stations.unions.models import User


@pghistory.track()
class Have(models.Model):
    """One of the six haves (六有): premises, signage, staff, services, facilities, safeguards."""

    code = models.SlugField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    asks_zh = models.CharField(max_length=300, help_text="what the inspector looks for")
    asks_en = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    in_force = models.BooleanField(_("in force"), default=True)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name_zh


@pghistory.track()
class Acceptance(models.Model):
    """Whether a station was found to have one of the haves, by whom and when; the latest finding, earlier ones are history."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="acceptances")
    have = models.ForeignKey(Have, on_delete=models.PROTECT)
    accepted = models.BooleanField(_("accepted"))
    note = models.CharField(_("remark"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["have__position"]
        constraints = [
            models.UniqueConstraint(fields=["station", "have"], name="acceptance_once_a_have"),
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(note=""), name="acceptance_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.have_id} of {self.station_id}: {self.accepted}"


@pghistory.track()
class Pledge(models.Model):
    """A version of the service pledge (服务公约) that hangs in every station. A text stays; a new one is a new version."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    text_zh = models.TextField()
    text_en = models.TextField()
    since = models.DateField(_("in force since"))

    class Meta:
        ordering = ["-since", "-id"]
        triggers = [PLEDGE_STAYS]

    def __str__(self) -> str:
        return self.version
