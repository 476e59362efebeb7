"""Chinese first: nothing that the interface says is left in English."""

import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po

from tests.maps.translations import ROOT, texts

CATALOGUES = ROOT / "maps" / "locale" / "zh_Hans" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}")
# What stays as it is on a Chinese page.
LATIN = re.compile(
    r"English|12351|Wi-Fi|GeoPackage|CSV|H3|demo-[\w-]+|[A-Z]{2,5}\d*|\d+(?:\.\d+)? ?(?:km|m)\b|[\d%:./?-]+"
)


def catalogue(domain):
    with (CATALOGUES / f"{domain}.po").open("rb") as source:
        return read_po(source, locale="zh_Hans", domain=domain)


def key(message):
    return (message.id, None) if isinstance(message.id, str) else tuple(message.id)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_has_a_chinese_translation(domain):
    translated = {
        key(message): message.string if isinstance(message.string, str) else message.string[0]
        for message in catalogue(domain)
        if message.id and not message.fuzzy
    }
    wanted = texts(domain)
    assert len(wanted) > 40
    assert {text: where for text, where in wanted.items() if not translated.get(text)} == {}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_translations_keep_the_places_of_values(domain):
    for message in catalogue(domain):
        if message.id:
            given = message.id if isinstance(message.id, str) else message.id[-1]
            string = message.string if isinstance(message.string, str) else message.string[0]
            assert sorted(PLACE.findall(given)) == sorted(PLACE.findall(string)), given


class Words(HTMLParser):
    """The words that a page shows, attributes that are read aloud included; what is marked English is left out."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.hidden = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in ("script", "style") or values.get("lang") == "en":
            self.hidden.append(tag)
        if not self.hidden:
            self.found += [
                values[name] for name in ("title", "placeholder", "aria-label", "alt") if values.get(name)
            ]

    def handle_endtag(self, tag):
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data):
        if not self.hidden:
            self.found.append(data.strip())


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/stations/",
        "/stations/{pk}/",
        "/accounts/login/",
        "/accounts/password/",
        "/desk/",
        "/desk/stations/{pk}/",
        "/desk/stations/{pk}/edit/",
        "/desk/stations/{pk}/usage/",
        "/desk/usage/",
        "/desk/usage/stations/",
        "/nothing/",
    ],
)
def test_a_chinese_page_holds_no_english(address, make_station, alice, signed_in, client):
    station = make_station(hours_text="24/7", services=["water"], facilities={"wifi": "broken"})
    reader = client if "login" in address else signed_in(alice)
    words = Words()
    words.feed(reader.get(address.format(pk=station.pk)).content.decode().replace("alice", ""))
    left = [LATIN.sub("", text) for text in words.found]
    assert [text for text in left if re.search("[A-Za-z]{2}", text)] == []
