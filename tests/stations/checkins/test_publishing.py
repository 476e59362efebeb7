import pytest

from stations.checkins.usage.publishing import published


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (19, 10), (20, 20), (105, 100)]
)
def test_counts_under_ten_are_hidden_and_others_are_tens(count, shown):
    assert published(count) == shown


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match="-1"):
        published(-1)
