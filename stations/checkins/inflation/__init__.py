"""Which stations' check-ins look made up, and why: a month against what the city itself shows to be usual (chapter 4, 1 (2)).

A station prints its own QR code and is counted by it, so the likeliest cheat is a station that inflates itself. `judge` asks a
few plain questions of each station's month (`signals`, `rhythm`), learns from all stations how often honest ones answer likewise
(`baseline`), and lists a station when a machine's rhythm shows, or when several oddities come together (`judging`). It is a
reason to look, never a verdict.

Pure: no Django, no clock, no chance. Phones are pseudonyms of a month, so a period never crosses a month's end.
"""

from stations.checkins.inflation.judging import FALSE_DISCOVERIES, MIN_STATIONS, Report, judge
from stations.checkins.inflation.signals import MIN_VISITS, SIGNALS, phone_shares

__all__ = ["FALSE_DISCOVERIES", "MIN_STATIONS", "MIN_VISITS", "SIGNALS", "Report", "judge", "phone_shares"]
