"""Tokens: got with the password, shown once, kept as hashes, and ended."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from stations.registry.models import Station
from stations.unions.tokens import LIFETIME, MOST, issue_token


@pytest.fixture(autouse=True)
def no_throttle_left_over():
    cache.clear()


def ask(username="alice", password=None, **more):
    body = json.dumps({"username": username, "password": password or f"{username}-password", **more})
    return Client().post("/api/tokens/", body, content_type="application/json")


def bearer(text):
    return Client(headers={"Authorization": f"Bearer {text}"})


def token_of(user):
    return issue_token(to=user)[1]


def test_a_token_is_got_with_the_password_and_shown_this_once(alice):
    answer = ask()
    assert answer.status_code == 201
    got = answer.json()
    assert set(got) == {"token", "prefix", "created", "expires"}
    assert got["token"].startswith(got["prefix"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert AuthToken.objects.get().expiry - timezone.now() > LIFETIME - timedelta(minutes=1)
    mine = bearer(got["token"])
    listed = mine.get("/api/tokens/").json()["results"]
    assert listed == [{name: got[name] for name in ("prefix", "created", "expires")}]


def test_the_database_does_not_hold_the_token(alice):
    text = ask().json()["token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT knox_authtoken::text FROM knox_authtoken")
        [(row,)] = cursor.fetchall()
    assert text not in row
    assert text[:15] in row


def test_a_token_opens_what_its_owner_may_see_and_needs_no_csrf(alice, make_station):
    hidden = make_station(status="suspended")
    text = token_of(alice)
    path = f"/api/stations/{hidden.pk}/"
    assert bearer(text).get(path).status_code == 200
    asking = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {text}", "If-Match": "*"})
    answer = asking.patch(path, json.dumps({"name": "by a program"}), content_type="application/json")
    assert answer.status_code == 200
    assert Station.objects.get().name == "by a program"


def test_history_says_whose_token_it_was(alice, make_station):
    path = f"/api/stations/{make_station().pk}/"
    asking = Client(headers={"Authorization": f"Bearer {token_of(alice)}", "If-Match": "*"})
    asking.patch(path, json.dumps({"name": "by a program"}), content_type="application/json")
    last = Station.pgh_event_model.objects.order_by("pgh_id").last()
    assert last.name == "by a program"
    assert last.pgh_context.metadata["user"] == alice.pk


def test_every_failure_has_the_same_answer(alice, charlie):
    charlie.is_active = False
    charlie.save()
    failures = [
        ask(password="wrong"),
        ask("nobody at all"),
        ask("charlie"),
        ask("' OR 1=1 --"),
    ]
    assert {(one.status_code, one.content) for one in failures} == {(401, failures[0].content)}
    assert failures[0].headers["WWW-Authenticate"] == "Bearer"
    assert not AuthToken.objects.exists()


def test_the_sixth_try_is_locked_out_even_with_the_right_password_and_in_json(alice):
    assert [ask(password="wrong").status_code for _ in range(4)] == [401] * 4
    ask(password="wrong")
    answer = ask()
    assert answer.status_code == 429
    assert list(answer.json()) == ["detail"]
    nobody = [ask("nobody", "wrong") for _ in range(6)][-1]
    assert (nobody.status_code, nobody.content) == (answer.status_code, answer.content)


def test_asking_again_and_again_is_throttled(db):
    answers = [ask(f"name{number}").status_code for number in range(31)]
    assert answers == [401] * 30 + [429]


def test_who_must_change_the_password_gets_none_and_can_use_none(alice, signed_in):
    text = token_of(alice)
    alice.must_change_password = True
    alice.save()
    refused = ask()
    assert (refused.status_code, list(refused.json())) == (403, ["detail"])
    assert bearer(text).get("/api/stations/").status_code == 401


def test_a_closed_account_s_token_stops(alice):
    text = token_of(alice)
    alice.is_active = False
    alice.save()
    assert bearer(text).get("/api/stations/").status_code == 401


def test_an_expired_token_stops(alice):
    text = token_of(alice)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert bearer(text).get("/api/stations/").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer x", "Bearer \x00", "Bearer a b", "Bearer " + "0" * 64, "Bearer " + "é" * 64, "Bearer " + "0" * 9000],
)  # fmt: skip
def test_what_is_no_token_is_a_401_even_where_nobody_may_read(db, header):
    answer = Client(headers={"Authorization": header}).get("/api/stations/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert list(answer.json()) == ["detail"]


def test_one_is_ended_or_all_and_nobody_ends_another_s(alice, bob):
    mine, also_mine, other = token_of(alice), token_of(alice), token_of(bob)
    assert bearer(mine).delete(f"/api/tokens/{other[:15]}/").status_code == 404
    assert bearer(mine).delete(f"/api/tokens/{also_mine[:15]}/").status_code == 204
    assert bearer(also_mine).get("/api/tokens/").status_code == 401
    assert bearer(mine).delete("/api/tokens/").status_code == 204
    assert [one.user for one in AuthToken.objects.all()] == [bob]


def test_nobody_lists_or_ends_tokens(db):
    for answer in (
        Client().get("/api/tokens/"),
        Client().delete("/api/tokens/"),
        Client().delete("/api/tokens/x/"),
    ):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_session_ends_tokens_only_with_its_csrf_token(alice):
    token_of(alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.delete("/api/tokens/").status_code == 403
    assert AuthToken.objects.exists()


def test_one_person_holds_so_many_and_no_more(alice):
    for _ in range(MOST):
        token_of(alice)
    answer = ask()
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    AuthToken.objects.filter(pk=AuthToken.objects.first().pk).update(expiry=timezone.now())
    assert ask().status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "alice"},
        {"username": "a\x00", "password": "x"},
        {"username": "\ud800", "password": "x"},
        {"username": [], "password": {}},
        {"username": "alice", "password": "x" * 200},
        {"username": "alice", "password": "alice-password", "is_staff": True},
        [],
    ],
)
def test_a_bad_body_is_a_400(alice, body):
    answer = Client().post("/api/tokens/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert not AuthToken.objects.exists()


def test_parameters_are_refused(alice):
    assert bearer(token_of(alice)).get("/api/tokens/?user__password__startswith=x").status_code == 400
    assert Client().post("/api/tokens/?next=/", "{}", content_type="application/json").status_code == 400
