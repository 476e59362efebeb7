"""Districts, and the special days on which opening hours differ.

Two SQL functions, made by the first migration, keep the spatial rules in the database, so that bulk and SQL writes obey them:

`geo_in_service_area(geography)`  a finite, non-empty point inside the box that `load_districts` set (the extent of the
                                  districts plus a margin); Shanghai's until then.
`geo_district_at(geography)`      the district that covers a point, else the nearest one within 300 m (district outlines are
                                  simplified to about 100 m, so a bank on a river border may lie in a sliver between two).
"""

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Q

from geo.hours import Calendar
from geo.hours import SpecialDay as SpecialDayRule


class DistrictQuerySet(models.QuerySet["District"]):
    def at(self, lon: float, lat: float) -> "District | None":
        """The district of a WGS-84 place by the database's own rule; None outside all of them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT geo_district_at(ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)", [lon, lat]
            )
            pk = cursor.fetchone()[0]
        return None if pk is None else self.filter(pk=pk).first()


class District(models.Model):
    """A district (区) and its outline: EPSG:4326 (WGS-84), valid, tested with `covers`."""

    code = models.CharField(max_length=12, unique=True, help_text="GB/T 2260 code, such as 310101")
    name = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=60, blank=True)
    outline = models.MultiPolygonField(srid=4326)
    source = models.CharField(max_length=200, help_text="where the outline comes from, and its licence")

    objects = DistrictQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(outline__isvalid=True), name="district_outline_valid"),
        ]

    def __str__(self) -> str:
        return self.name


class SpecialDayQuerySet(models.QuerySet["SpecialDay"]):
    def calendar(self) -> Calendar:
        """The whole table as the plain value that `geo.hours` works with."""
        return Calendar({day.date: day.rule() for day in self.all()})


class SpecialDay(models.Model):
    """A public holiday, or a weekend day worked in exchange (调休). Editable: the State Council sets them year by year."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday"
        WORKDAY = "workday"

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    follows_weekday = models.SmallIntegerField(
        null=True,
        blank=True,
        help_text="for a worked weekend day: the weekday (0 = Monday) whose hours apply",
    )
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)

    objects = SpecialDayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="holiday", follows_weekday=None)
                | Q(kind="workday", follows_weekday__gte=0, follows_weekday__lte=6),
                name="special_day_workday_follows_a_weekday",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name_zh}"

    def rule(self) -> SpecialDayRule:
        return SpecialDayRule(self.kind, self.follows_weekday, self.name_zh, self.name_en)


class DatumChoices(models.TextChoices):
    """The datums in which a coordinate may be declared; see `geo.datum`."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


def wgs84_point(lon: float, lat: float) -> Point:
    """A GEOS point in the stored reference (EPSG:4326)."""
    return Point(float(lon), float(lat), srid=4326)
