"""Counts as they may leave the house: none under ten, and none that two answers give away."""

MINIMUM = 10


def published(count: int) -> int | None:
    """0 stays; 1 to 9 are hidden (None); from 10 on the tens below: 10 means 10 to 19.

    Rounding is what keeps a hidden count hidden when a total is published beside its parts: by subtracting, only a range of
    it is found. Where many hidden parts have one total, the range can become narrow: publish one tiling only, or check.
    """
    if count < 0:
        raise ValueError(f"A count of {count}.")
    if 0 < count < MINIMUM:
        return None
    return count - count % MINIMUM
