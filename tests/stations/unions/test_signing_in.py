"""Signing in by user name or by mobile, one answer for whatever is wrong, and wrong passwords counted by person."""

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from stations.unions.models import User
from stations.unions.rules import as_phone, one_time_password

pytestmark = pytest.mark.django_db
PHONE = "13900000001"
RIGHT = "mona-password"


@pytest.fixture
def mona_with_phone(mona):
    mona.phone = PHONE
    mona.save()
    return mona


def sign_in(client, username, password=RIGHT):
    return client.post("/accounts/login/", {"username": username, "password": password})


@pytest.mark.parametrize(
    "typed",
    ["mona", PHONE, "139 0000 0001", "139-0000-0001", "+86 139 0000 0001", "+86-13900000001", "008613900000001",
     "1390000　0001", "１３９００００ ０００１", " 13900000001 "],
)  # fmt: skip
def test_a_person_signs_in_by_user_name_or_by_mobile_however_it_is_written(typed, client, mona_with_phone):
    assert sign_in(client, typed)["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(mona_with_phone.pk)


@pytest.mark.parametrize(
    "text", ["", "1390000001", "139000000011", "23900000001", "mona", "021-62345678", "12351"]
)
def test_what_is_not_a_mobile(text):
    assert as_phone(text) is None


def test_a_user_name_that_looks_like_a_phone_is_refused(db):
    for name in (PHONE, "+8613900000001", "139-0000-0001", "8613900000001"):
        with pytest.raises(ValidationError, match="不能像电话号码"):
            User(username=name, password="x").full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(name)
    User(username="10234", password="x").full_clean()  # a staff number


class Counting(MD5PasswordHasher):
    algorithm = "counting"
    runs = 0

    def encode(self, password, salt):
        type(self).runs += 1
        return super().encode(password, salt)


def test_unknown_deactivated_and_wrong_cost_one_run_of_the_hasher_and_get_one_answer(client, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    User.objects.create_user("mona", password="mona-password", phone=PHONE)
    User.objects.create_user("gone", password="mona-password", phone="13900000002", is_active=False)
    User.objects.create_user("never")
    answers = set()
    for typed, password in [("mona", "wrong"), (PHONE, "wrong"), ("nobody", "wrong"), ("13900000009", "wrong"),
                            ("gone", "mona-password"), ("13900000002", "mona-password"), ("never", "wrong")]:  # fmt: skip
        Counting.runs = 0
        page = sign_in(client, typed, password).content.decode()
        assert Counting.runs == 1, typed
        assert "_auth_user_id" not in client.session
        answers.add("".join(line for line in page.splitlines() if "value=" not in line))
    assert len(answers) == 1
    assert "用户名或手机号" in answers.pop()


def test_user_name_and_mobile_of_one_person_share_the_five_tries(client, mona_with_phone):
    for typed in ("mona", PHONE, "+86 13900000001", "mona"):
        assert sign_in(client, typed, "wrong").status_code == 200
    assert sign_in(client, "139-0000-0001", "wrong").status_code == 429
    assert sign_in(client, "mona").status_code == 429
    assert sign_in(client, PHONE).status_code == 429


def test_an_unknown_name_is_locked_like_a_known_one(client):
    for _ in range(4):
        assert sign_in(client, "13900000009", "wrong").status_code == 200
    assert sign_in(client, "13900000009", "wrong").status_code == 429


def test_another_person_at_the_same_address_is_not_locked_out(client, mona_with_phone, bob):
    for _ in range(5):
        sign_in(client, "mona", "wrong")
    assert sign_in(client, "bob", "bob-password").status_code == 302


def test_no_mobile_is_written_down_where_tries_are_counted(client, mona_with_phone, caplog):
    sign_in(client, PHONE, "wrong")
    sign_in(client, "13900000009", "wrong")
    sign_in(client, PHONE)
    kept = [*AccessAttempt.objects.values(), *AccessLog.objects.values()]
    assert {row["username"] for row in kept} >= {"mona"}
    assert len(kept) == 3
    for number in (PHONE, "13900000009"):
        assert number not in str(kept)
        assert number not in caplog.text


def test_a_name_with_a_nul_or_without_end_is_only_unknown(client):
    for typed in ("mo\0na", "x" * 5000, "?"):
        assert sign_in(client, typed, "wrong").status_code == 200
    assert User.objects.known_as("mo\0na") is None


def test_a_one_time_password_is_easy_to_copy_and_never_twice_the_same():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 14 and not set(one) & set("0O1lI") for one in made)
