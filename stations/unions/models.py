"""Trade unions, people, and who holds which role where."""

from functools import cached_property

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.models import District
from stations.private import PrivateTextField


@pghistory.track()
class TradeUnion(models.Model):
    """A union that recommends stations: a district's (with its territory), a bureau's or industry's (none), or the city's."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("District union")
        BUREAU = "bureau", _("Bureau (industry) union")
        MUNICIPAL = "municipal", _("Municipal union")

    name = models.CharField(_("name"), max_length=80, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    district = models.OneToOneField(
        District, verbose_name=_("district"), on_delete=models.PROTECT, null=True, blank=True
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["level", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="district", district__isnull=False)
                | (~Q(level="district") & Q(district__isnull=True)),
                name="union_district_has_territory",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """Roles given by appointment. A station manager (站长) is not one: see `registry.StationManager`."""

    UNION_OFFICER = "union_officer", _("Union officer")
    INSPECTOR = "inspector", _("District inspector")
    CENTRE_OFFICER = "centre_officer", _("Centre officer")
    PLANNER = "planner", _("Planner")


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in, by user name or phone. Outdoor workers never need to."""

    name = models.CharField(_("name"), max_length=40, blank=True)
    phone = PrivateTextField(
        _("mobile"), max_length=20, unique=True, null=True, blank=True, help_text=_("private; for signing in")
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    created_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def held(self) -> list["Appointment"]:
        """This person's appointments, read once per request."""
        return list(self.appointments.all())

    def has_role(self, role: Role) -> bool:
        return self.is_active and (self.is_superuser or any(one.role == role for one in self.held))

    @cached_property
    def managed_station_ids(self) -> frozenset[int]:
        """Stations whose manager (站长) this person is today, read once per request."""
        return frozenset(self.managed.filter(until=None).values_list("station", flat=True))

    def manages(self, station_id: int) -> bool:
        return station_id in self.managed_station_ids

    def union_ids(self) -> list[int]:
        """Unions whose officer this person is."""
        return [one.union_id for one in self.held if one.role == Role.UNION_OFFICER and one.union_id]

    def district_ids(self) -> list[int]:
        """Districts in whose territory this person inspects."""
        return [one.district_id for one in self.held if one.role == Role.INSPECTOR and one.district_id]


@pghistory.track()
class Appointment(models.Model):
    """A person holds a role: an officer in a union, an inspector in a district; centre officers and planners city-wide."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role)
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, null=True, blank=True)
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="union_officer", union__isnull=False, district__isnull=True)
                | Q(role="inspector", union__isnull=True, district__isnull=False)
                | Q(role__in=["centre_officer", "planner"], union__isnull=True, district__isnull=True),
                name="appointment_scope_fits_role",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "union", "district"],
                nulls_distinct=False,
                name="appointment_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.union or self.district or ''}".strip()
