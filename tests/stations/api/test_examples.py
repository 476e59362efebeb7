"""The examples of docs/api.md, run in their order: the status and the beginning of each answer are as they say there."""

import re
import shlex

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from geo.postgres import PROJECT
from stations.checkins.qr import codes
from stations.filing.changes import edit_live
from tests.conftest import manages

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
EXAMPLE = re.compile(r"(curl .*?)\n# (\d+)(?: (.*))?", re.DOTALL)


def examples():
    text = (PROJECT / "docs" / "api.md").read_text("utf-8")
    for block in BLOCK.findall(text):
        for piece in block.strip().split("\n\n"):
            match = EXAMPLE.fullmatch(piece.strip())
            assert match, piece
            yield match[1], int(match[2]), match[3] or ""


def run(command, variables):
    """As curl would, by Django's test client."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value.replace('"', r"\""))
    words = shlex.split(command.replace("\\\n", " "))[1:]
    method, body, headers, address = "GET", "", {}, None
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-d":
            body = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word not in ("-s", "-i"):
            address = word
    kind = headers.pop("Content-Type", "application/json")
    return Client().generic(method, address, body.encode(), content_type=kind, headers=headers)


@pytest.fixture
def variables(make_station, alice, mona, west_union):
    cache.clear()
    station = make_station("银行站", facilities=["microwave"], services=["water"], hours_text="24/7")
    manages(mona, station)
    filing = edit_live(station=station, by=mona, address="新路2号")
    return {
        "JIELI": "",
        "STATION": str(station.pk),
        "FILING": str(filing.pk),
        "CODE": codes.text_of(codes.current_code(station)),
        "NOW": timezone.now().isoformat(),
    }


def test_the_examples_do_what_they_say(variables):
    ran = 0
    for command, status, beginning in examples():
        answer = run(command, variables)
        told = answer.content.decode()
        assert answer.status_code == status, (command, told)
        start = beginning.partition("…")[0].replace(" ", "")
        assert told.replace(" ", "").startswith(start), (command, told)
        if "/api/tokens/" in command and status == 201:
            variables["TOKEN"] = answer.json()["token"]
        if "curl -s -i" in command:
            variables["ETAG"] = answer.headers["ETag"]
        ran += 1
    assert ran >= 12
