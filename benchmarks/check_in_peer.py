"""The obvious check-in: a DRF `ModelSerializer` and the ORM, as one would write it first. Served beside the site's own.

It stores the same rows in the same table with the same indexes, counted by the same trigger, and makes the same checks:
signature, revoked code, age, clock, grade and band of the position, replay, cooling-down, speed, round the clock, caps of phone
and address. Two at once of one phone, or of one address at one station, wait for each other on their allowances' rows. What does
not touch the database (signature, pseudonym, distance, rate) it takes from the site. It has no batch.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import os
from datetime import datetime, timedelta
from typing import Any

os.environ.setdefault("JIELI_DATABASE_ROLE", "app")

import django

django.setup()

from django.conf import settings
from django.contrib.gis.measure import D
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.db.models import F
from django.db.models.functions import TruncHour
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from geo.hours import ZONE
from stations.checkins.choices import Band, Grade, SetAside
from stations.checkins.intake import rules
from stations.checkins.intake.devices import address_of, device_of
from stations.checkins.intake.pseudonyms import pseudonym
from stations.checkins.intake.rate import seconds_to_wait
from stations.checkins.models import Allowance, CheckIn, StationCode
from stations.checkins.qr import codes
from stations.registry.models import Station


class PositionSerializer(serializers.Serializer):
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    accuracy_m = serializers.FloatField(required=False)
    datum = serializers.ChoiceField(["wgs84", "gcj02", "bd09"], default="wgs84")


class CheckInSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField()
    code = serializers.CharField(write_only=True, max_length=400)
    sent_at = serializers.DateTimeField(write_only=True)
    position = PositionSerializer(write_only=True, required=False)

    class Meta:
        model = CheckIn
        fields = [
            "id",
            "code",
            "made_at",
            "sent_at",
            "occupation",
            "position",
            "station",
            "grade",
            "set_aside",
        ]
        read_only_fields = ["station", "grade", "set_aside"]

    def validate_code(self, text: str) -> StationCode:
        try:
            read = codes.read(text)
            code = StationCode.objects.select_related("station").get(
                station_id=read.station_id, version=read.version
            )
        except (codes.BadCodeError, StationCode.DoesNotExist) as error:
            raise serializers.ValidationError("no code of ours") from error
        if code.revoked_at or code.station.status in ("planned", "withdrawn"):
            raise serializers.ValidationError("revoked, or no station at present")
        return code


class CheckIns(CreateAPIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    serializer_class = CheckInSerializer

    def create(self, request, *args: Any, **kwargs: Any) -> Response:
        address = address_of(request._request)
        if seconds_to_wait(address):
            return Response(status=429)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        visit = self.read(serializer, timezone.now())
        phone = pseudonym(f"device {device_of(request._request)}", visit.at)
        network = pseudonym(f"address {address}", visit.at)
        with transaction.atomic():
            day = visit.at.astimezone(ZONE).date()
            of_phone = lock_allowance(day, phone, 0)
            of_address = lock_allowance(day, network, visit.station_id)
            known = CheckIn.objects.filter(id=visit.id).first()
            if known:
                same = ("station_id", "made_at", "occupation")
                if any(getattr(known, name) != getattr(visit, name) for name in same):
                    return Response({"detail": "another of this id"}, status=409)
                return Response(self.get_serializer(known).data)
            visit.pseudonym = phone
            visit.set_aside = visit.set_aside or reason_against(visit, of_phone, of_address)
            visit.save(force_insert=True)
            if not visit.set_aside:
                for one in (of_phone, of_address):
                    Allowance.objects.filter(pk=one.pk).update(count=F("count") + 1)
        return Response(self.get_serializer(visit).data, status=201)

    def read(self, serializer: CheckInSerializer, now: datetime) -> CheckIn:
        """The visit as it was told, with what its times and its position prove."""
        told = serializer.validated_data
        late = timedelta(days=settings.JIELI_CHECKIN_LATE_DAYS)
        made_at, sent_at, station = told["made_at"], told["sent_at"], told["code"].station
        try:
            at = rules.counted_moment(made_at=made_at, sent_at=sent_at, received_at=now, late=late)
        except rules.BadTimeError as error:
            raise serializers.ValidationError({"made_at": "too old, or in the future"}) from error
        wrong = rules.clock_is_wrong(made_at=made_at, sent_at=sent_at, received_at=now)
        visit = CheckIn(id=told["id"], at=at, made_at=made_at, received_at=now, station=station)
        visit.occupation = told["occupation"]
        visit.set_aside = SetAside.CLOCK if wrong else SetAside.COUNTED
        visit.grade, visit.band = evidence(station, told.get("position"))
        return visit


def evidence(station: Station, position: dict[str, Any] | None) -> tuple[str, str]:
    if position is None:
        return Grade.CODE, Band.UNKNOWN
    told = rules.Position(**position)
    metres = float(rules.distances_m([told], [(station.point.x, station.point.y)])[0])
    near = rules.is_near(metres, told.accuracy_m)
    return (Grade.NEAR if near else Grade.CODE), rules.band(metres)


def lock_allowance(day, who: bytes, station_id: int) -> Allowance:
    found, _ = Allowance.objects.select_for_update().get_or_create(
        day=day, who=who, station_id=station_id, defaults={"count": 0}
    )
    return found


def reason_against(visit: CheckIn, of_phone: Allowance, of_address: Allowance) -> str:
    """Why the visit is kept but not counted, in the site's order."""
    around = (visit.at - rules.AROUND, visit.at + rules.AROUND)
    others = CheckIn.objects.filter(pseudonym=visit.pseudonym, at__range=around)
    counted = others.filter(set_aside=SetAside.COUNTED)
    if too_fast(visit, counted):
        return SetAside.SPEED
    if round_the_clock(visit, others):
        return SetAside.ROUND_THE_CLOCK
    cooling = timedelta(minutes=settings.JIELI_CHECKIN_COOLING_MINUTES)
    soon = (visit.at - cooling, visit.at + cooling)
    if counted.filter(station=visit.station, at__range=soon).exists():
        return SetAside.COOLING
    if of_phone.count >= settings.JIELI_CHECKIN_DEVICE_CAP:
        return SetAside.DEVICE_CAP
    if of_address.count >= settings.JIELI_CHECKIN_ADDRESS_CAP:
        return SetAside.ADDRESS_CAP
    return SetAside.COUNTED


def too_fast(visit: CheckIn, counted) -> bool:
    far = counted.exclude(station=visit.station).exclude(
        station__point__dwithin=(visit.station.point, D(m=rules.SPEED_FLOOR_M))
    )
    for other in far.select_related("station"):
        here, there = visit.station.point, other.station.point
        _, _, metres = rules.GEOD.inv(here.x, here.y, there.x, there.y)
        if metres > rules.SPEED_KMH / 3.6 * abs((visit.at - other.at).total_seconds()):
            return True
    return False


def round_the_clock(visit: CheckIn, others) -> bool:
    """Hours of the day before with a visit. The site looks at every 24 hours that hold this one; this is the shorter half."""
    before = others.filter(at__range=(visit.at - rules.AROUND, visit.at)).exclude(set_aside=SetAside.CLOCK)
    return before.values_list(TruncHour("at")).distinct().count() + 1 >= rules.ROUND_HOURS


urlpatterns = [path("peer/check-ins/", CheckIns.as_view()), path("", include("geo.urls"))]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
