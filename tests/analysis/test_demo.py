"""The demonstration city: whole, marked, deterministic, and without anybody real in it."""

import re
from datetime import date, timedelta

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import override_settings

from analysis.activity.models import ActivityDataset, ActivityPoint
from analysis.demo import people
from analysis.models import AnalysisRun
from geo.models import District, SpecialDay
from stations.checkins.keeping import partitions, recount
from stations.checkins.models import CheckIn, Opinion, StationCode, Usage, WeekUse, WorkerReport
from stations.checkins.usage.publishing import settled_quarter
from stations.filing.choices import FilingState
from stations.filing.models import Filing, FilingItem
from stations.filing.queues import queues_for
from stations.registry import nameplates
from stations.registry.models import Facility, Station, StationContact
from stations.unions.models import Role, User

MD5 = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TODAY = date(2026, 10, 12)  # after the National Day holidays, so that closed days are among the 30


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once, in a transaction that is rolled back."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(people, "LOGINS_FILE", tmp_path_factory.mktemp("city") / "logins.json")
        with override_settings(PASSWORD_HASHERS=MD5):  # as every test has it
            build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(built):
    """What a test changes of it is taken back."""
    logins = people.LOGINS_FILE.read_bytes()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    people.LOGINS_FILE.write_bytes(logins)


def build():
    call_command("demo", stations=120, days=30, activity_days=1, today=TODAY, verbosity=0)


def written_into_filings():
    return FilingItem.objects.filter(filing__kind="new").values("station")


def fingerprint():
    return (
        list(
            Station.objects.order_by("id").values_list(
                "name", "address", "declared_lon", "declared_lat", "hours_text"
            )
        ),
        list(CheckIn.objects.order_by("at", "id").values_list("id", "at", "made_at", "occupation", "grade")),
        list(Usage.objects.order_by("pk").values_list("station__address", "day", "hour", "count")),
        ActivityPoint.objects.count(),
    )


def test_the_city_is_built_over_all_districts_with_hours_services_and_faults(city):
    assert Station.objects.exclude(pk__in=written_into_filings()).count() == 120
    assert District.objects.count() == 16
    assert Station.objects.public().values("district").distinct().count() > 10
    assert Facility.objects.filter(condition="broken").exists()
    assert 0 < Station.objects.filter(hours_text="").count() < 20
    assert {len(one.services) for one in Station.objects.all()} > {4, 5}


def test_everything_is_marked_as_a_demonstration_and_no_real_phone_is_in_it(city):
    assert not Station.objects.filter(is_demo=False).exists()
    assert not CheckIn.objects.filter(station__is_demo=False).exists()
    assert not ActivityDataset.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    mobiles = set(StationContact.objects.values_list("mobile", flat=True)) - {""}
    assert mobiles == {one for one in mobiles if re.fullmatch(r"1390000\d{4}", one)}
    assert set(Station.objects.values_list("public_phone", flat=True)) == {"12351"}


def test_nobody_checks_in_at_a_closed_station(city):
    calendar = SpecialDay.objects.calendar()
    honest = CheckIn.objects.exclude(occupation="unknown")  # the phones of CHEATS
    known = honest.exclude(station__hours_text="").select_related("station")
    half_hours = [(one.station.hours, one.at.replace(minute=30)) for one in known]
    assert len(half_hours) > 1_000
    assert all(hours.is_open(at, calendar=calendar) for hours, at in half_hours)


def test_use_is_skewed_between_stations(city):
    counts = np.sort(np.array([station.check_ins.count() for station in Station.objects.all()]))
    assert counts[-12:].sum() > 0.3 * counts.sum()  # the busiest tenth
    assert np.mean(counts) == pytest.approx(1.9 * 30, rel=0.5)


def test_raw_visits_are_of_the_days_kept_and_counts_of_the_last_settled_quarter(db, tmp_path, monkeypatch):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    call_command("demo", stations=60, activity_days=1, today=TODAY, verbosity=0)
    assert partitions.strays() == 0
    first = CheckIn.objects.earliest("at").at
    assert partitions.local_day(first) == TODAY - timedelta(days=settings.JIELI_CHECKIN_KEPT_DAYS)
    assert CheckIn.objects.latest("at").received_at <= partitions.midnight(TODAY)
    quarter, _ = settled_quarter(partitions.midnight(TODAY), late_days=settings.JIELI_CHECKIN_LATE_DAYS)
    assert Usage.objects.earliest("day").day <= quarter
    assert list(recount.differences(*recount.span())) == []
    assert {one.month.month for one in WeekUse.objects.filter(month__lt=date(2026, 10, 1))} == {
        4,
        5,
        6,
        7,
        8,
        9,
    }


def test_visits_have_every_grade_some_are_late_or_set_aside_and_phones_come_again(city):
    grades = dict(CheckIn.objects.values_list("grade").annotate(Count("id")))
    assert grades["screen"] < grades["near"] < grades["code"]
    assert CheckIn.objects.filter(received_at__gt=F("at") + timedelta(minutes=5)).exists()
    assert {"", "cooling", "clock", "device"} == set(CheckIn.objects.values_list("set_aside", flat=True))
    regulars = (
        CheckIn.objects.values("pseudonym", "station").annotate(visits=Count("id")).filter(visits__gt=2)
    )
    assert regulars.count() > 20
    unused = Station.objects.public().filter(usage=None).exclude(pk__in=written_into_filings())
    assert 0 < unused.count() < 40


def test_two_stations_have_a_phone_of_their_own_that_never_sleeps(city):
    nights = CheckIn.objects.filter(occupation="unknown")
    assert nights.values("station").distinct().count() == 2
    assert set(nights.values_list("at__hour", flat=True)) <= set(range(6))
    assert set(nights.values_list("grade", "band")) == {("code", "")}
    assert nights.filter(set_aside="device").values("station").distinct().count() == 1


def test_every_active_station_has_its_code_and_one_poster_was_stolen(city):
    active = Station.objects.filter(status="active").exclude(pk__in=written_into_filings())
    assert StationCode.objects.filter(revoked_at=None, station__in=active).count() == active.count()
    assert StationCode.objects.exclude(revoked_at=None).count() == 1


def test_workers_say_something_of_their_visits(city):
    opinions = Opinion.objects.count()
    assert 0.1 < opinions / CheckIn.objects.filter(set_aside="").count() < 0.25
    assert 0.75 < Opinion.objects.filter(good=True).count() / opinions < 0.95
    assert set(WorkerReport.objects.values_list("kind", flat=True)) == {"closed", "wrong_place", "broken"}
    assert not WorkerReport.objects.filter(last_at__gt=partitions.midnight(TODAY)).exists()


def test_there_are_four_occupations_each_with_its_own_day(city):
    def noon_share(occupation):
        points = ActivityPoint.objects.filter(dataset__occupation=occupation)
        return points.filter(at__hour__in=(11, 12)).count() / points.count()

    assert set(ActivityDataset.objects.values_list("occupation", flat=True)) == {
        "sanitation",
        "rider",
        "courier",
        "taxi",
    }
    assert noon_share("rider") > 2 * noon_share("sanitation")


def test_the_planner_finds_an_answer_computed(city):
    run = AnalysisRun.objects.get(question=AnalysisRun.Question.COVERAGE)
    assert 0 < run.summary["total"]["open_share"] < run.summary["total"]["reach_share"] < 1


def test_there_is_a_login_for_every_role(city):
    logins = {login.role: login for login in people.logins()}
    assert logins.keys() == {
        role.replace("_", "-") for role in (*Role.values, "station_manager", "superuser")
    }
    for login in logins.values():
        assert User.objects.get(username=login.username).check_password(login.password)
    assert people.LOGINS_FILE.stat().st_mode & 0o077 == 0
    assert not User.objects.filter(must_change_password=True).exists()
    assert Station.objects.managed_by(User.objects.get(username="demo-station-manager")).count() == 3


def test_made_up_people_are_marked_and_have_no_phone(city):
    assert User.objects.count() > 6
    assert all(one.name.endswith("（演示）") and not one.phone for one in User.objects.all())


def test_the_officers_stations_have_managers_and_one_had_another_before(city):
    officer = User.objects.get(username="demo-union-officer")
    old = Station.objects.public().exclude(pk__in=written_into_filings())
    mine = old.filter(union__in=officer.union_ids())
    assert mine.filter(managers__until=None, managers__isnull=False).count() == mine.count() > 3
    assert mine.earliest("id").managers.count() == 2


def test_lost_logins_are_made_anew(city):
    before = people.logins()
    people.LOGINS_FILE.unlink()
    after = {login.username: login for login in people.logins()}
    assert after.keys() == {login.username for login in before}
    assert User.objects.get(username="demo-planner").check_password(after["demo-planner"].password)


def test_the_logins_are_printed_at_the_end(city, capsys):
    call_command("demo", if_empty=True)
    printed = capsys.readouterr().out
    assert all(re.search(rf"{login.username}\s+{login.password}", printed) for login in people.logins())


def test_the_same_seed_and_day_build_the_same_city(db, tmp_path, monkeypatch):
    monkeypatch.setattr(people, "LOGINS_FILE", tmp_path / "logins.json")
    prints = []
    for _ in range(2):
        with transaction.atomic():
            build()
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert len(prints[0][0]) > 120


def test_filings_lie_at_every_step_of_their_way(city):
    assert set(Filing.objects.values_list("state", flat=True)) == set(FilingState.values) - {"decided"}
    officer = User.objects.get(username="demo-union-officer")
    assert all(queue.count for queue in queues_for(officer))
    assert any(queue.overdue for queue in queues_for(officer))
    [to_approve] = queues_for(User.objects.get(username="demo-centre-officer"))
    assert to_approve.count >= 3
    assert Filing.objects.filter(kind="change").count() == 1
    approved = FilingItem.objects.filter(filing__state="approved")
    assert all(item.station.nameplate_no == item.nameplate_no for item in approved.select_related("station"))


def test_active_stations_have_their_plate_and_no_other(city):
    assert not Station.objects.filter(status="active", nameplate_no=None).exists()
    assert not Station.objects.filter(status__in=["planned", "withdrawn"]).exclude(nameplate_no=None).exists()
    assert not nameplates.unexplained()


def test_it_refuses_to_mix_with_real_stations(city):
    Station.objects.filter(pk=Station.objects.first().pk).update(is_demo=False)
    with pytest.raises(CommandError, match="real stations"):
        call_command("demo")


def test_it_is_not_built_twice(city):
    with pytest.raises(CommandError, match="there already"):
        call_command("demo")
    before = Station.objects.count()
    call_command("demo", if_empty=True, verbosity=0)
    assert Station.objects.count() == before
