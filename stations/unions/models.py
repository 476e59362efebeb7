"""Trade unions, people, and who holds which role where."""

from functools import cached_property
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.models import District
from stations.private import PrivateTextField
from stations.unions.rules import as_phone


class TradeUnionQuerySet(models.QuerySet["TradeUnion"]):
    def visible_to(self, user: "User | AnonymousUser") -> "TradeUnionQuerySet":
        """All: which unions there are, and which of them recommended a station, is public."""
        return self.all()


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

    objects = TradeUnionQuerySet.as_manager()

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


MADE_UP = "u-"  # begins the user name of who was given a mobile only
LIKE_A_PHONE = r"^[+.-]*([0-9][+.-]*){11,}$"  # eleven digits or more and nothing else but marks


class Role(models.TextChoices):
    """Roles given by appointment. A station manager (站长) is not one: see `registry.StationManager`."""

    UNION_OFFICER = "union_officer", _("Union officer")
    INSPECTOR = "inspector", _("District inspector")
    CENTRE_OFFICER = "centre_officer", _("Centre officer")
    PLANNER = "planner", _("Planner")


class PersonQuerySet(models.QuerySet["User"]):
    def known_as(self, typed: str) -> "User | None":
        """Whose user name or mobile was typed at sign-in. What reads as a mobile is never a user name."""
        if "\0" in typed:
            return None
        phone = as_phone(typed)
        return self.filter(phone=phone).first() if phone else self.filter(username=typed).first()

    def matching(self, text: str) -> "PersonQuerySet":
        """Each word is part of a name or user name, or a whole mobile, which cannot be searched by its parts."""
        found = self
        for word in text.split():
            by_phone = Q(phone=phone) if (phone := as_phone(word)) else Q()
            found = found.filter(Q(name__icontains=word) | Q(username__icontains=word) | by_phone)
        return found

    def visible_to(self, user: "User | AnonymousUser") -> "PersonQuerySet":
        """The people of whom `user` may read: oneself; officers see their fellows, their stations' managers and who is below.

        Centre officers see everybody.
        """
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_role(Role.CENTRE_OFFICER):
            return self.all()
        seen = Q(pk=user.pk)
        if unions := user.union_ids():
            at_work = User.objects.managing(managed__station__union__in=unions)
            seen |= Q(pk__in=_officers(unions).values("pk")) | Q(pk__in=at_work.values("pk"))
            seen |= Q(pk__in=User.objects.below(user).values("pk"))
        return self.filter(seen)

    def below(self, user: "User | AnonymousUser") -> "PersonQuerySet":
        """Whose account `user` creates, deactivates and gives a password: never the own one, never a superuser's or staff's.

        Centre officers: everybody else. Union officers: people without any appointment whom the union made or whose station
        was the union's, unless they now manage a station of another union; that is for the centre.
        """
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        others = self.exclude(pk=user.pk).filter(is_superuser=False, is_staff=False)
        if user.has_role(Role.CENTRE_OFFICER):
            return others
        unions = user.union_ids()
        ours = Q(created_by__in=_officers(unions)) | Q(
            pk__in=User.objects.filter(managed__station__union__in=unions).values("pk")
        )
        elsewhere = User.objects.managing(
            managed__station__union__in=TradeUnion.objects.exclude(pk__in=unions)
        )
        return others.filter(ours, appointments=None).exclude(pk__in=elsewhere.values("pk"))

    def managing(self, **where: Any) -> "PersonQuerySet":
        """Who manages a station today; `where` narrows it, by lookups that begin with `managed__`."""
        return self.filter(managed__pk__isnull=False, managed__until=None, **where)


def _officers(unions: list[int]) -> PersonQuerySet:
    return User.objects.filter(appointments__role=Role.UNION_OFFICER, appointments__union__in=unions)


class PersonManager(UserManager["User"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    use_in_migrations = False


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person who signs in, by user name or phone. Outdoor workers never need to."""

    name = models.CharField(_("name"), max_length=40, blank=True)
    phone = PrivateTextField(
        _("mobile"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        help_text=_("private; for signing in"),
        error_messages={"unique": _("Another account has this mobile.")},
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_set_at = models.DateTimeField(
        null=True, editable=False
    )  # so that history tells of every new password
    created_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(username__regex=LIKE_A_PHONE),
                name="user_name_is_no_phone",
                violation_error_message=_("A user name cannot look like a phone number: add a letter."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        """A mobile is kept as its 11 digits, and none as null, since two people without one are not the same."""
        super().clean()
        typed = self.phone or ""
        self.phone = as_phone(typed)
        if typed.strip() and self.phone is None:
            raise ValidationError(
                {"phone": gettext("This is not a mobile number: write 11 digits that begin with 1.")}
            )

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    @cached_property
    def held(self) -> list["Appointment"]:
        """This person's appointments, read once per request."""
        return list(self.appointments.all())

    def has_role(self, role: Role) -> bool:
        return self.is_active and (self.is_superuser or any(one.role == role for one in self.held))

    @property
    def signs_in_as(self) -> str:
        """What to tell the person to type: the user name, unless it was made up beside a mobile."""
        return self.phone if self.phone and self.username.startswith(MADE_UP) else self.username

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
