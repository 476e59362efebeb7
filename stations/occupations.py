"""The outdoor workers whom the stations serve: chapter 1 of the regulation, in its order."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occupation(models.TextChoices):
    SANITATION = "sanitation", _("Sanitation worker")
    COURIER = "courier", _("Courier")
    WARDEN = "warden", _("Warden")
    RIDER = "rider", _("Delivery rider")
    TAXI = "taxi", _("Taxi driver")
    TRUCKER = "trucker", _("Logistics driver")
    TRAFFIC_POLICE = "traffic_police", _("Traffic police")
    UNKNOWN = "unknown", _("Unknown")
