"""The way of a filing: every step from every state, and by whom."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from stations.filing import actions, rules
from stations.filing.choices import FilingKind, FilingState
from stations.filing.models import Filing, FilingStep
from stations.filing.rules import FilingError
from stations.unions.access import Ability
from tests.conftest import person
from tests.stations.filing.conftest import passed_on

STEPS = {
    "submit": actions.submit,
    "take_back": actions.take_back,
    "review": actions.review,
    "recommend": actions.recommend,
    "approve": actions.approve,
    "return": lambda **given: actions.return_filing(reason="补充面积", **given),
}
LEGAL = {(one.source, one.step): one for one in rules.TRANSITIONS}
REACHED = ("draft", "submitted", "reviewed", "recommended", "approved", "returned")


@pytest.fixture
def standing(filed, alice, bob):
    """`standing(state)`: a filing that came to that state by its steps."""

    def reach(state):
        if state == "approved":
            return actions.approve(filing=filed(1, "recommended"), by=alice)
        if state == "returned":
            return actions.return_filing(filing=filed(1, "submitted"), by=bob, reason="补充面积")
        return filed(1, state)

    return reach


def test_the_table_speaks_of_the_states_kinds_and_abilities_there_are():
    states = {one.source for one in rules.TRANSITIONS} | {one.target for one in rules.TRANSITIONS}
    assert states | {rules.DECIDED} == set(FilingState.values)
    assert {rules.NEW, rules.CHANGE, rules.UPGRADE, rules.WITHDRAWAL} == set(FilingKind.values)
    assert {one.who for one in rules.TRANSITIONS} <= set(Ability.__members__)
    assert {one.step for one in rules.TRANSITIONS} == set(STEPS)


@pytest.mark.parametrize(("state", "step"), sorted(product(REACHED, STEPS)))
def test_every_step_from_every_state(state, step, standing, alice, bob):
    filing = standing(state)
    actor = alice if (state, step) == ("recommended", "return") or step == "approve" else bob
    steps = FilingStep.objects.count()
    legal = LEGAL.get((state, step))
    if legal is None:
        with pytest.raises(FilingError) as refused:
            STEPS[step](filing=filing, by=actor)
        assert refused.value.code == f"now.{state}"
        assert Filing.objects.get(pk=filing.pk).version == filing.version
        assert FilingStep.objects.count() == steps
    elif (state, step) == ("submitted", "review"):
        with pytest.raises(FilingError, match="not accepted"):  # nobody has looked yet
            STEPS[step](filing=filing, by=actor)
    else:
        moved = STEPS[step](filing=filing, by=actor)
        assert moved.state == legal.target
        left = FilingStep.objects.order_by("-pk")[0]
        assert (left.from_state, left.to_state, left.by) == (state, legal.target, actor)
        assert moved.state_since == left.at


@pytest.mark.parametrize("step", STEPS)
def test_who_is_nobody_to_the_filing_takes_no_step(step, filed, ivy, mona, charlie, paul, east_union):
    stranger = person("emma", "union_officer", union=east_union)
    filing = filed(1, "recommended" if step == "approve" else "submitted")
    for reader in (ivy, mona, charlie, paul, stranger):
        with pytest.raises(PermissionDenied):
            STEPS[step](filing=filing, by=reader)


def test_the_centre_does_not_review_for_the_union_nor_the_union_approve_for_the_centre(filed, alice, bob):
    filing = filed(1, "submitted")
    for step in ("submit", "take_back", "review", "recommend", "return"):
        with pytest.raises(PermissionDenied):
            STEPS[step](filing=filing, by=alice)
    with pytest.raises(PermissionDenied):
        actions.approve(filing=filing, by=bob)
    recommended = filed_again(filing, bob)
    with pytest.raises(PermissionDenied):
        actions.return_filing(filing=recommended, by=bob, reason="等一等")


def filed_again(filing, officer):
    return passed_on(actions.take_back(filing=filing, by=officer), officer, "recommended")


def test_a_return_needs_its_reason(filed, bob):
    with pytest.raises(FilingError, match="Write why"):
        actions.return_filing(filing=filed(1, "submitted"), by=bob, reason=" ")


def test_a_change_does_not_go_this_way(filed, bob, alice):
    filing = filed(1, "submitted")
    Filing.objects.filter(pk=filing.pk).update(kind="change")
    for step in ("submit", "take_back", "review", "recommend", "return"):
        with pytest.raises(FilingError, match="live already"):
            STEPS[step](filing=filing, by=bob)


def test_a_step_on_an_old_version_is_refused_and_shows_the_newest(filed, bob):
    filing = filed(1, "submitted")
    actions.take_back(filing=filing, by=bob)
    with pytest.raises(actions.StaleFilingError) as refused:
        actions.return_filing(filing=filing, by=bob, reason="补充面积", version=filing.version)
    assert refused.value.filing.state == "draft"


def test_every_message_is_chinese_too():
    from stations.registry.acceptance import ACCEPTANCE_MESSAGES
    from stations.registry.nameplates import NAMEPLATE_MESSAGES

    with translation.override("zh-hans"):
        for text in [*rules.MESSAGES.values(), *ACCEPTANCE_MESSAGES.values(), *NAMEPLATE_MESSAGES.values()]:
            assert translation.gettext(text) != text
