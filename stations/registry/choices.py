"""The closed lists of chapter 2 and Annex 2."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StationKind(models.TextChoices):
    """Chapter 2, 1: a host not yet able to serve every outdoor worker starts as a sanitation station."""

    RELAY = "relay", _("Relay station")
    SANITATION = "sanitation", _("Sanitation workers' station")


class StationStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class HostKind(models.TextChoices):
    """Chapter 2, 1: the kinds of place that host a station (创设载体)."""

    BANK = "bank", _("Bank")
    TELECOM = "telecom", _("Telecom shop")
    SUPERMARKET = "supermarket", _("Supermarket")
    PHARMACY = "pharmacy", _("Pharmacy")
    RESTAURANT = "restaurant", _("Restaurant")
    HOTEL = "hotel", _("Hotel")
    CAMPUS_GATE = "campus_gate", _("Campus gate")
    SERVICE_CENTRE = "service_centre", _("Workers' service centre")
    PARTY_CENTRE = "party_centre", _("Party centre")
    GRASSROOTS = "grassroots", _("Grass-roots service station")
    OTHER = "other", _("Other host")


class Service(models.TextChoices):
    """Chapter 2, 2 (4) and Annex 2: 饮水供给、避暑取暖、餐食加热、手机充电、休息如厕、其他."""

    WATER = "water", _("Drinking water")
    CLIMATE = "climate", _("Cool or warm air")
    MEAL = "meal", _("Meal heating")
    CHARGING = "charging", _("Phone charging")
    REST = "rest", _("Rest and toilet")
    OTHER = "other", _("Other services")


class Condition(models.TextChoices):
    WORKING = "working", _("Working")
    BROKEN = "broken", _("Broken")
    REMOVED = "removed", _("Removed")
