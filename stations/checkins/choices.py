"""The closed lists of check-ins."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    """How well a visit is evidenced, the best first."""

    SCREEN = "screen", _("Code on the station's screen")
    NEAR = "near", _("Position near the station")
    CODE = "code", _("Code only")


class Band(models.TextChoices):
    """How far the phone said it was from the station. All that is kept of a position."""

    TO_100 = "100", _("up to 100 m")
    TO_300 = "300", _("up to 300 m")
    TO_1000 = "1000", _("up to 1,000 m")
    FARTHER = "far", _("farther than 1,000 m")
    UNKNOWN = "", _("no position")


class SetAside(models.TextChoices):
    """Why a visit is kept but not counted; the empty one is counted."""

    COUNTED = "", _("counted")
    CLOCK = "clock", _("the phone's clock is wrong by more than a day")
    SPEED = "speed", _("too far from the visit before or after to be one person")
    ROUND_THE_CLOCK = "round", _("at work all round the clock")
    COOLING = "cooling", _("again at the same station within the cooling-down time")
    DEVICE_CAP = "device", _("more visits than a phone is counted for in a day")
    ADDRESS_CAP = "address", _("more visits from one network address than a station is counted for in a day")


class Finding(models.TextChoices):
    """What the centre says after looking at a station of the inflation report."""

    EXPLAINED = "explained", _("Looked at, explained")
    INSPECT = "inspect", _("Inspection wanted")


class ReportKind(models.TextChoices):
    """What a worker says is wrong with a station, in one tap."""

    CLOSED = "closed", _("It is closed")
    BROKEN = "broken", _("Something is broken")
    WRONG_PLACE = "wrong_place", _("It is not where the map says")
