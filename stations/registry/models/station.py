"""Stations as points, and the questions asked of all of them."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MinValueValidator
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from geo.crs import STORAGE
from geo.fields import MultiRangeField
from geo.hours import ZONE, Calendar, Hours, parse, probe
from geo.models import DatumChoices, District, wgs84_point
from stations.registry.choices import HostKind, Service, StationKind, StationStatus
from stations.registry.triggers import BUMP_VERSION, DISTRICT_FROM_POINT, NAMEPLATE_REGISTER
from stations.unions.access import Ability, may
from stations.unions.models import Role, TradeUnion, User


@lru_cache(maxsize=1024)
def _slots(text: str) -> tuple[tuple[int, int], ...] | None:
    """Compiled once for all the stations that share their hours."""
    slots = parse(text).slots()
    return None if slots is None else tuple(slots)


def _holding(minute: int) -> Q:
    """The row's hours hold this slot minute of `geo.hours.probe`."""
    return Q(open_slots__overlap=[(minute, minute + 1)])


def _holds(minute: int) -> ExpressionWrapper:
    """The same as a value: null where the hours are unknown."""
    return ExpressionWrapper(_holding(minute), output_field=BooleanField(null=True))


class OpenSlotsField(MultiRangeField):
    """`hours_text` compiled to the slots of `geo.hours`, anew whenever the row is saved or bulk-created."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        slots = _slots(model_instance.hours_text)
        setattr(model_instance, self.attname, None if slots is None else list(slots))
        return slots


class OnPlane(Cast):
    """A geography point as a geometry, for boxes of degrees."""

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=models.PointField(srid=STORAGE))


class StationQuerySet(models.QuerySet["Station"]):
    def public(self) -> "StationQuerySet":
        """What anybody may see: active stations."""
        return self.filter(status=StationStatus.ACTIVE)

    def visible_to(self, user: User | AnonymousUser) -> "StationQuerySet":
        """The stations that `user` may read: public ones, and those of the unions, districts or stations in their care."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.public()
        if user.has_role(Role.CENTRE_OFFICER):
            return self.all()
        return self.filter(
            Q(status=StationStatus.ACTIVE)
            | Q(union__in=user.union_ids())
            | Q(district__in=user.district_ids())
            | Q(pk__in=user.managed.filter(until=None).values("station"))
        )

    def in_care_of(self, user: User | AnonymousUser) -> "StationQuerySet":
        """The stations that `user` looks after in any role: not every station that the public may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_role(Role.CENTRE_OFFICER):
            return self.all()
        return self.filter(
            Q(union__in=user.union_ids())
            | Q(district__in=user.district_ids())
            | Q(pk__in=user.managed_station_ids)
        )

    def managed_by(self, user: User | AnonymousUser) -> "StationQuerySet":
        """The stations whose manager (站长) `user` is today."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(pk__in=user.managed.filter(until=None).values("station"))

    def with_open(self, at: datetime, calendar: Calendar) -> "StationQuerySet":
        """Annotate `is_open` at an aware moment: true, false, or null where the hours are unknown.

        The SQL spelling of `geo.hours.Timetable.is_open`, with temporary closures on top. Both are held against the same tables
        of cases in tests/geo/hours_cases.py.
        """
        from stations.registry.models.times import DatedHours, TemporaryClosure  # which rest on this module

        now, spill = probe(at, calendar)
        today = at.astimezone(ZONE).date()
        of_station = DatedHours.objects.filter(station=OuterRef("pk"))
        ruled = of_station.filter(days__contains=today)
        ruled_before = of_station.filter(days__contains=today - timedelta(days=1))
        closed = TemporaryClosure.objects.filter(station=OuterRef("pk"), during__contains=at)
        return self.annotate(
            is_open=Case(
                When(Exists(closed), then=Value(False)),
                When(Exists(ruled_before.filter(_holding(spill))), then=Value(True)),
                When(_holding(spill) & ~Exists(ruled_before), then=Value(True)),
                When(Exists(ruled), then=Subquery(ruled.values(holds=_holds(now)))),
                default=_holds(now),
                output_field=BooleanField(null=True),
            )
        )

    def inside(self, west: float, south: float, east: float, north: float) -> "StationQuerySet":
        """Stations in a box of WGS-84 degrees, edges included, whose sides are meridians and parallels.

        Asked on the plane: a box as geography would have great circles for sides, 200 m off at a degree's width.
        """
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = STORAGE
        # the index keeps boxes in single precision, so the degrees are compared themselves as well
        return self.alias(
            on_plane=OnPlane("point"),
            lon=Func("on_plane", function="ST_X", output_field=FloatField()),
            lat=Func("on_plane", function="ST_Y", output_field=FloatField()),
        ).filter(
            Q(on_plane__bboverlaps=box) & Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
        )

    def near(self, lon: float, lat: float, *, limit_m: float | None = None) -> "StationQuerySet":
        """Nearest first, with `distance` in metres on the ellipsoid; `limit_m` is inclusive. lon, lat: WGS-84 degrees.

        Not by `<->`, which measures geography on a sphere: 2 m less at 950 m here, so that a limit and a distance shown
        beside it would disagree.
        """
        here = wgs84_point(lon, lat)
        found = self if limit_m is None else self.filter(point__dwithin=(here, D(m=limit_m)))
        metres = ExpressionWrapper(Distance("point", here), output_field=FloatField())
        return found.annotate(distance=metres).order_by("distance", "pk")


@pghistory.track()
class Station(models.Model):
    """A relay station (户外职工爱心接力站). `point` is WGS-84; what was declared is kept beside it."""

    nameplate_no = models.CharField(_("nameplate number"), max_length=40, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=StationKind, default=StationKind.RELAY)
    status = models.CharField(_("status"), max_length=12, choices=StationStatus, default=StationStatus.ACTIVE)
    host_name = models.CharField(_("host unit"), max_length=80, blank=True)
    host_kind = models.CharField(_("kind of host"), max_length=16, choices=HostKind, default=HostKind.OTHER)
    address = models.CharField(_("address"), max_length=160)
    point = models.PointField(_("position"), geography=True, srid=4326)
    declared_lon = models.FloatField(_("declared longitude"))
    declared_lat = models.FloatField(_("declared latitude"))
    declared_datum = models.CharField(_("declared datum"), max_length=5, choices=DatumChoices)
    district = models.ForeignKey(
        District,
        verbose_name=_("district"),
        on_delete=models.PROTECT,
        related_name="stations",
        editable=False,
    )
    union = models.ForeignKey(
        TradeUnion, verbose_name=_("recommending union"), on_delete=models.PROTECT, related_name="stations"
    )
    public_phone = models.CharField(_("public phone"), max_length=20, default="12351")
    area_m2 = models.DecimalField(
        _("area (m²)"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
    )
    hours_text = models.CharField(_("opening hours"), max_length=200, blank=True)
    open_slots = OpenSlotsField(null=True, editable=False)
    services = ArrayField(
        models.CharField(max_length=10, choices=Service), verbose_name=_("services"), default=list, blank=True
    )
    planned_completion = models.DateField(_("planned completion"), null=True, blank=True)
    pledge = models.ForeignKey(
        "registry.Pledge", verbose_name=_("service pledge"), on_delete=models.PROTECT, null=True, blank=True
    )
    is_demo = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            GistIndex(fields=["open_slots"], name="station_open_slots"),
            models.Index(fields=["status", "district"], name="station_status_district"),
            GistIndex(OnPlane("point"), name="station_point_plane"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=StationStatus.values), name="station_status_known"),
            models.CheckConstraint(condition=Q(kind__in=StationKind.values), name="station_kind_known"),
            models.CheckConstraint(
                condition=Q(host_kind__in=HostKind.values), name="station_host_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(services__contained_by=Service.values), name="station_services_known"
            ),
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0), name="station_area_positive"
            ),
            models.CheckConstraint(
                condition=Func(F("point"), function="geo_in_service_area", output_field=BooleanField()),
                name="station_point_in_service_area",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="station_has_name"),
            models.CheckConstraint(condition=~Q(nameplate_no=""), name="station_nameplate_not_blank"),
            models.CheckConstraint(
                condition=~Q(hours_text="") | Q(open_slots=None),
                name="station_hours_compiled",
            ),
        ]
        triggers = [DISTRICT_FROM_POINT, BUMP_VERSION, NAMEPLATE_REGISTER]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        return parse(self.hours_text)

    def allows(self, user: User | AnonymousUser, ability: Ability) -> bool:
        """Whether `user` may do it to this station: see `stations.unions.access`."""
        manages = not isinstance(user, AnonymousUser) and user.manages(self.pk)
        return may(user, ability, union_id=self.union_id, district_id=self.district_id, manages=manages)
