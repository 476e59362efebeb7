"""Signing in and out, the new password, and what follows too many wrong ones."""

import pytest

pytestmark = pytest.mark.django_db


def sign_in(client, password, username="bob"):
    return client.post("/accounts/login/", {"username": username, "password": password})


def test_the_right_password_leads_to_the_desk(client, bob):
    assert sign_in(client, "bob-password")["Location"] == "/desk/"


def test_the_session_key_changes_at_sign_in(client, bob):
    client.get("/i18n/setlang/")
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    sign_in(client, "bob-password")
    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, bob):
    wrong = sign_in(client, "wrong").content.decode()
    unknown = sign_in(client, "wrong", username="nobody").content.decode()
    assert "用户名或手机号与密码不符" in wrong
    strip = lambda page: [line for line in page.splitlines() if "value=" not in line]  # noqa: E731
    assert strip(wrong) == strip(unknown)


def test_the_sixth_try_is_locked_out_in_words(client, bob):
    for _ in range(5):
        response = sign_in(client, "wrong")
    assert response.status_code == 429
    assert "尝试次数过多" in response.content.decode()
    assert "60 分钟" in response.content.decode()
    assert sign_in(client, "bob-password").status_code == 429


def test_signing_out_needs_a_post(bob, signed_in):
    client = signed_in(bob)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/desk/").status_code == 302


def test_a_sign_in_does_not_lead_to_another_host(client, bob):
    answer = client.post(
        "/accounts/login/?next=https://elsewhere.example/",
        {"username": "bob", "password": "bob-password", "next": "https://elsewhere.example/"},
    )
    assert answer["Location"] == "/desk/"


def test_the_password_can_be_changed_and_weak_ones_are_refused(bob, signed_in):
    client = signed_in(bob)

    def change(new):
        data = {"old_password": "bob-password", "new_password1": new, "new_password2": new}
        return client.post("/accounts/password/", data)

    assert change("12345678").status_code == 200
    response = change("a-long-new-secret")
    assert response["Location"] == "/desk/"
    assert "密码已修改" in client.get("/desk/").content.decode()
    bob.refresh_from_db()
    assert bob.check_password("a-long-new-secret")


def test_the_password_page_asks_for_a_sign_in(client):
    assert client.get("/accounts/password/")["Location"].startswith("/accounts/login/")
