"""A password that somebody else gave must be replaced before anything else can be done."""

import pytest
from knox.models import AuthToken

from stations.unions.models import User

NEW = "a-long-new-secret"


@pytest.fixture
def newcomer(alice) -> User:
    """A centre officer who was given a password: everything would be open to them."""
    alice.must_change_password = True
    alice.save()
    return alice


def change(client, new=NEW, old="alice-password"):
    return client.post(
        "/accounts/password/", {"old_password": old, "new_password1": new, "new_password2": new}
    )


@pytest.mark.parametrize("address", ["/", "/desk/", "/stations/", "/planner/", "/accounts/login/", "/admin/"])
def test_every_page_leads_to_the_new_password(address, newcomer, signed_in):
    for answer in (signed_in(newcomer).get(address), signed_in(newcomer).post(address)):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/")


def test_the_page_says_why_and_offers_no_rooms(newcomer, signed_in):
    page = signed_in(newcomer).get("/accounts/password/").content.decode()
    assert "请先设置自己的密码" in page
    assert 'class="rooms"' not in page


def test_the_api_refuses_and_says_why(newcomer, signed_in):
    for answer in (
        signed_in(newcomer).get("/api/stations/"),
        signed_in(newcomer).post("/api/stations/", {}, content_type="application/json"),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "password_change_required"
        assert "密码" in answer.json()["detail"]


def test_language_and_signing_out_stay_open(newcomer, signed_in):
    client = signed_in(newcomer)
    assert client.post("/i18n/setlang/", {"language": "en", "next": "/"})["Location"] == "/"
    assert client.get("/i18n/catalogue.js").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_own_password_opens_the_desk(newcomer, signed_in):
    client = signed_in(newcomer)
    assert change(client)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)
    assert not newcomer.must_change_password


def test_the_old_password_is_no_new_one(newcomer, signed_in):
    answer = change(signed_in(newcomer), new="alice-password")
    assert "与现在的密码相同" in answer.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.must_change_password


def test_the_mobile_is_no_password(newcomer, signed_in):
    newcomer.phone = "13900000001"
    newcomer.save()
    assert change(signed_in(newcomer), new="13900000001").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.must_change_password


def test_a_new_password_ends_the_other_sessions_and_the_tokens(alice, signed_in):
    client, elsewhere = signed_in(alice), signed_in(alice)
    AuthToken.objects.create(alice)
    change(client)
    assert client.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert not AuthToken.objects.exists()


def test_history_tells_of_the_new_password_and_does_not_hold_it(alice, signed_in):
    before = alice.events.count()
    change(signed_in(alice))
    assert alice.events.count() == before + 1
    event = alice.events.latest("pgh_id")
    assert event.password_set_at is not None
    assert not hasattr(event, "password")
    assert event.pgh_context.metadata["user"] == alice.pk
