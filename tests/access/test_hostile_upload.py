"""Hostile text in every column of an upload: the page of the dry run shows it as text, the file to correct holds no formula."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stations.registry import words
from tests.access.test_hostile_text import faults_of
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db


def test_a_list_of_attacks_is_looked_through_and_handed_back_as_text(matrix):
    columns = [words.heading_of(code) for code in words.COLUMNS]
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(columns)
    for number, _ in enumerate(columns):
        writer.writerow([HOSTILE[(number + place) % len(HOSTILE)] for place, _ in enumerate(columns)])
    filing = matrix.cast.worlds["own"].draft.pk
    sent = {"file": SimpleUploadedFile("<img src=x>.csv", content.getvalue().encode()), "datum": "wgs84"}
    with matrix.rolled_back("bob") as client:
        answer = client.post(f"/desk/filings/{filing}/upload/", sent)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert faults_of(page) == []
        assert re.search("to-correct", page.content.decode())
        assert faults_of(client.get(answer["Location"] + "to-correct.xlsx")) == []
