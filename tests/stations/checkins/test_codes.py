"""What stands in a QR code: station, version of its key, signature (chapter 4, 1 (1))."""

import pytest

from stations.checkins.qr.rules import BadCodeError, Scanned, code_text, read_code

KEYS = ["a key", "an older key"]


def test_a_code_names_its_station_and_version_under_every_key_still_kept():
    assert read_code(code_text(12, 3, key="a key"), keys=KEYS) == Scanned(12, 3)
    assert read_code(code_text(12, 3, key="an older key"), keys=KEYS) == Scanned(12, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12-3",
        "12-3-aaaaaaaaaa",
        code_text(12, 3, key="another key"),
        code_text(12, 4, key="a key").replace("12-4", "12-3"),
        code_text(13, 3, key="a key").replace("13-", "12-"),
        code_text(12, 3, key="a key") + "a",
        code_text(12, 3, key="a key").upper(),
        "0" + code_text(12, 3, key="a key"),
        "１２-3-aaaaaaaaaa",
        "\0",
        "9" * 40 + "-1-aaaaaaaaaa",
    ],
)
def test_any_other_text_is_no_code(text):
    with pytest.raises(BadCodeError):
        read_code(text, keys=KEYS)
