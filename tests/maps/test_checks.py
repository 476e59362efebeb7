"""A public map without its numbers is warned about at every start."""

from maps.checks import public_map_numbers


def codes():
    return [message.id for message in public_map_numbers(None)]


def test_public_mode_wants_the_approval_number_and_the_icp_number(settings):
    settings.JIELI_PUBLIC = True
    settings.JIELI_MAP_APPROVAL_NO = settings.JIELI_ICP_NO = ""
    assert codes() == ["maps.W001", "maps.W002"]
    settings.JIELI_MAP_APPROVAL_NO, settings.JIELI_ICP_NO = "GS（2026）1号", "沪ICP备1号"
    assert codes() == []


def test_a_trial_at_home_is_not_warned(settings):
    settings.JIELI_PUBLIC = False
    settings.JIELI_MAP_APPROVAL_NO = ""
    assert codes() == []
