"""What the documents name is there."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from geo.postgres import PROJECT

DOCUMENTS = [
    "README.md", "CONTRIBUTING.md", "benchmarks/README.md", "docs/architecture.md", "docs/regulation.md", "docs/analysis.md",
    "docs/operations.md", "docs/api.md", "docs/glossary.md",
]  # fmt: skip
MADE_LATER = ("var/", "node_modules/")


def quoted(name):
    return re.findall(r"`([^`\n]+)`", (PROJECT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_named_in_a_document_exists(name):
    """What starts like one of our folders is a path."""
    folders = {one.name for one in PROJECT.iterdir() if one.is_dir()}
    paths = [one for one in quoted(name) if "/" in one and one.split("/")[0] in folders and " " not in one]
    missing = [one for one in paths if not one.startswith(MADE_LATER) and not (PROJECT / one).exists()]
    assert not missing
    assert paths or name not in ("README.md", "docs/architecture.md", "docs/regulation.md")


def test_every_row_of_the_regulation_has_a_test_or_says_not_yet():
    rows = [
        line.split("|")[1:-1]
        for line in (PROJECT / "docs/regulation.md").read_text("utf-8").splitlines()
        if "|" in line
    ]
    articles = [row for row in rows if len(row) == 4 and re.match(r" (ch\.|annex)", row[0])]
    assert len(articles) > 15
    for article, _, where, shown in articles:
        assert "`tests/" in shown or "not yet" in where or "nothing is invented" in where, article


@pytest.mark.parametrize("name", ["README.md", "docs/analysis.md", "docs/operations.md"])
def test_every_management_command_named_is_there(name):
    named = set(re.findall(r"(?:manage\.py|run manage) ([a-z_]+)", (PROJECT / name).read_text("utf-8")))
    assert named <= set(get_commands())


def test_links_between_documents_lead_somewhere():
    for name in DOCUMENTS:
        for target in re.findall(r"\]\((?!http)([^)#]+)", (PROJECT / name).read_text("utf-8")):
            assert (PROJECT / Path(name).parent / target).exists(), (name, target)
