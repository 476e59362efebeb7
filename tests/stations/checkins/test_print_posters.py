"""All posters of a union or a city in one file."""

import pytest
from django.core.management import CommandError, call_command

from stations.checkins.models import StationCode
from tests.acceptance.test_annex_2 import pages


@pytest.fixture
def out(tmp_path, settings):
    settings.JIELI_SITE_URL = "https://jieli.example"
    return tmp_path / "posters.pdf"


def test_one_page_each_and_first_codes_are_issued(out, make_station, bank_union, capsys):
    own = [make_station(f"站{n}") for n in range(2)]
    make_station("别的工会", union=bank_union)
    make_station("停了", status="suspended")
    call_command("print_posters", union="西区总工会", out=out)
    assert pages(out.read_bytes()) == 2
    assert set(StationCode.objects.values_list("station", flat=True)) == {one.pk for one in own}
    call_command("print_posters", out=out)
    assert pages(out.read_bytes()) == 3
    assert StationCode.objects.count() == 3
    assert "3 posters" in capsys.readouterr().out


def test_what_is_wrong_is_said_and_nothing_written(out, make_station, settings):
    with pytest.raises(CommandError, match="no active station"):
        call_command("print_posters", out=out)
    make_station()
    with pytest.raises(CommandError, match="No union is named 没有"):
        call_command("print_posters", union="没有", out=out)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("print_posters", out=out / "nowhere.pdf")
    settings.JIELI_SITE_URL = ""
    with pytest.raises(CommandError, match="JIELI_SITE_URL"):
        call_command("print_posters", out=out)
    assert not out.exists()
    assert StationCode.objects.count() == 1  # issued before the file could not be written
