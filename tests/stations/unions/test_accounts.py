"""Accounts: made, corrected, closed and opened again by the officers above them."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from knox.models import AuthToken

from stations.unions import actions
from stations.unions.access import MANAGER
from stations.unions.models import Appointment, Role, User
from tests.conftest import manages

PHONE = "13900000001"


@pytest.fixture
def her(mona, make_station):
    """mona with a station of West's, so that she is below bob."""
    manages(mona, make_station())
    return mona


def test_an_officer_makes_an_account_whose_password_works_once_and_must_be_changed(bob, client):
    given = actions.create_account(by=bob, name="站长甲", phone="139 0000 0001")
    assert (given.user.phone, given.user.created_by, given.user.must_change_password) == (PHONE, bob, True)
    assert given.password not in repr(given)
    answer = client.post("/accounts/login/", {"username": PHONE, "password": given.password}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/password/"


@pytest.mark.parametrize(
    ("particulars", "field", "words"),
    [
        ({"name": ""}, "name", "姓名"),
        ({"name": "甲\u202e"}, "name", "无法显示"),
        ({"name": "甲" * 41}, "name", "40"),
        ({"phone": "12345"}, "phone", "手机号"),
        ({"phone": "13900000002"}, "phone", "已有"),
        ({"username": "13900000003"}, "username", "电话号码"),
        ({"username": "bob"}, "username", "存在"),
        ({"username": "a b"}, "username", "用户名"),
        ({"username": "", "phone": ""}, "username", "用户名或手机号"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_written(particulars, field, words, bob):
    User.objects.create_user("taken", phone="13900000002")
    before = User.objects.count()
    with pytest.raises(ValidationError) as caught:
        actions.create_account(by=bob, **{"name": "站长甲", "username": "new", "phone": "", **particulars})
    assert words in str(caught.value.message_dict[field])
    assert User.objects.count() == before


@pytest.mark.parametrize("role", Role.values)
def test_a_union_officer_gives_no_role_by_appointment(role, bob, west, west_union, her):
    with pytest.raises(PermissionDenied):
        actions.create_account(by=bob, name="甲", username="new", role=role, union=west_union, district=west)
    with pytest.raises(PermissionDenied):
        actions.appoint(person=her, by=bob, role=role, union=west_union, district=west)
    assert Appointment.objects.exclude(user=bob).count() == 0


@pytest.mark.parametrize("name", ["ivy", "paul", "mona", "charlie"])
def test_who_is_no_officer_makes_no_account(name, request):
    with pytest.raises(PermissionDenied):
        actions.create_account(by=request.getfixturevalue(name), name="甲", username="new", role=MANAGER)


def test_the_centre_gives_every_role_with_the_place_it_has_and_no_other(alice, west, west_union):
    made = {}
    for role in Role:
        given = actions.create_account(
            by=alice, name="甲", username=role.value, role=role, union=west_union, district=west
        )
        [one] = given.user.appointments.all()
        made[one.role] = (one.union, one.district)
    assert made == {
        "union_officer": (west_union, None),
        "inspector": (None, west),
        "centre_officer": (None, None),
        "planner": (None, None),
    }


def test_a_role_without_its_place_or_held_already_is_refused(alice, bob, west_union, paul):
    with pytest.raises(ValidationError) as caught:
        actions.create_account(by=alice, name="甲", username="new", role=Role.UNION_OFFICER)
    assert "union" in caught.value.message_dict
    assert not User.objects.filter(username="new").exists()
    with pytest.raises(ValidationError, match="已有这个角色"):
        actions.appoint(person=bob, by=alice, role=Role.UNION_OFFICER, union=west_union)
    with pytest.raises(ValidationError, match="已有这个角色"):
        actions.appoint(person=paul, by=alice, role=Role.PLANNER)


def test_with_the_first_role_comes_a_new_password_since_the_union_may_know_the_old_one(
    alice, bob, west, client
):
    made = actions.create_account(by=bob, name="甲", username="new")
    given = actions.appoint(person=made.user, by=alice, role=Role.CENTRE_OFFICER)
    made.user.refresh_from_db()
    assert not made.user.check_password(made.password)
    assert made.user.check_password(given.password)
    with pytest.raises(PermissionDenied):
        actions.reset_password(person=made.user, by=bob)
    assert actions.appoint(person=made.user, by=alice, role=Role.INSPECTOR, district=west) is None


def test_nobody_gives_themselves_a_role_or_takes_it(alice, paul):
    with pytest.raises(PermissionDenied):
        actions.appoint(person=alice, by=alice, role=Role.PLANNER)
    with pytest.raises(PermissionDenied):
        actions.end_appointment(appointment=alice.appointments.get(), by=alice)
    actions.end_appointment(appointment=paul.appointments.get(), by=alice)
    assert not User.objects.get(pk=paul.pk).held


def test_a_deactivated_persons_sessions_and_tokens_stop_at_once_and_do_not_revive(bob, her, signed_in):
    client = signed_in(her)
    AuthToken.objects.create(her)
    assert client.get("/desk/").status_code == 200
    actions.deactivate(person=her, by=bob)
    assert client.get("/desk/").status_code == 302
    assert not AuthToken.objects.exists()
    entry = {"username": "mona", "password": "mona-password"}
    assert client.post("/accounts/login/", entry).status_code == 200
    given = actions.reactivate(person=her, by=bob)
    assert client.get("/desk/").status_code == 302
    assert given.user.is_active
    assert given.user.check_password(given.password)
    assert given.user.must_change_password


def test_a_new_password_ends_what_the_old_one_opened(bob, her, signed_in):
    client = signed_in(her)
    AuthToken.objects.create(her)
    given = actions.reset_password(person=her, by=bob)
    assert client.get("/desk/").status_code == 302
    assert not AuthToken.objects.exists()
    assert User.objects.get(pk=her.pk).check_password(given.password)


def test_twice_the_same_is_told(bob, her):
    with pytest.raises(actions.AccountError, match="已经是启用"):
        actions.reactivate(person=her, by=bob)
    actions.deactivate(person=her, by=bob)
    with pytest.raises(actions.AccountError, match="已经停用"):
        actions.deactivate(person=her, by=bob)
    with pytest.raises(actions.AccountError, match="重新启用"):
        actions.reset_password(person=her, by=bob)


@pytest.mark.parametrize("act", [actions.deactivate, actions.reactivate, actions.reset_password])
@pytest.mark.parametrize(
    ("by", "name"), [("bob", "alice"), ("bob", "charlie"), ("bob", "bob"), ("alice", "alice"), ("ivy", "her")]
)
def test_an_account_that_is_not_below_is_refused(act, by, name, request):
    by, name = request.getfixturevalue(by), request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        act(person=name, by=by)


def test_a_superuser_is_nobodys_to_manage(alice):
    root = User.objects.create_superuser("root")
    with pytest.raises(PermissionDenied):
        actions.reset_password(person=root, by=alice)


def test_name_and_mobile_are_corrected_by_oneself_or_from_above(alice, bob, her):
    actions.change_details(person=her, by=her, name="站长甲", phone=PHONE)
    actions.change_details(person=her, by=bob, name="站长乙", phone="+86 139-0000-0002")
    her.refresh_from_db()
    assert (her.name, her.phone) == ("站长乙", "13900000002")
    with pytest.raises(PermissionDenied):
        actions.change_details(person=alice, by=bob, name="甲", phone="")
    with pytest.raises(ValidationError, match="已有"):
        actions.change_details(person=bob, by=bob, name="甲", phone="13900000002")


def test_history_names_who_did_it_and_holds_no_password(bob, her, signed_in):
    page = signed_in(bob).post(f"/desk/people/{her.pk}/password/").content.decode()
    [password] = re.findall(r'class="secret">([^<]+)<', page)
    event = her.events.latest("pgh_id")
    assert event.must_change_password
    assert event.pgh_context.metadata["user"] == bob.pk
    assert password not in str([*her.events.values()])
    signed_in(bob).post(f"/desk/people/{her.pk}/deactivate/")
    event = her.events.latest("pgh_id")
    assert (event.is_active, event.pgh_context.metadata["user"]) == (False, bob.pk)


def test_a_name_taken_between_the_question_and_the_write_is_told_too(bob, monkeypatch):
    asked = []
    check = actions._check

    def first_time_in_vain(person, fields):
        if not asked:
            asked.append(person)
            User.objects.create_user("new", phone=PHONE)  # by somebody else, at the same moment
            return
        check(person, fields)

    monkeypatch.setattr(actions, "_check", first_time_in_vain)
    with pytest.raises(ValidationError) as caught:
        actions.create_account(by=bob, name="站长甲", username="new", phone=PHONE)
    assert set(caught.value.message_dict) == {"username", "phone"}
