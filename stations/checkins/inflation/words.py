"""The inflation report's evidence in sentences. A phone is never named but as the one that came most."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from stations.checkins.inflation import Report
from stations.checkins.inflation.signals import FEW, LAST_DAYS

SENTENCES = {
    "rhythm": _("%(hits)s times a phone came back about %(gap)s minutes after its visit before."),
    "few_phones": _(
        "Besides the phone that came most, %(few)s phones made %(hits)s of %(of)s visits (usual: %(usual)s)."
    ),
    "often": _(
        "%(hits)s of %(of)s visits were the second or a later one of their phone on the day, even without the phone that "
        "did so most (usual: %(usual)s)."
    ),
    "many": _(
        "%(hits)s of %(of)s visits were the fourth or a later one of their phone on the day (usual: %(usual)s); the phone "
        "that came most made %(top)s visits."
    ),
    "no_position": _("%(hits)s of %(of)s phones gave no position near the station (usual: %(usual)s)."),
    "fresh": _(
        "%(hits)s of %(of)s phones that were seen only once in the whole city gave no position near the station; of those "
        "that were seen again, %(again_hits)s of %(again_of)s."
    ),
    "gaps": _("%(hits)s visits came about %(gap)s minutes after the one before, whoever came."),
    "closed": _(
        "%(hits)s of %(of)s visits were made while the station was closed, without a position near it (usual: %(usual)s); "
        "%(night)s of them between 0 and 5 o'clock."
    ),
    "seconds": _(
        "%(hits)s of %(of)s visits came within a minute of the one before, by phones that had come that day already or "
        "never came again (usual: %(usual)s)."
    ),
    "month_end": _(
        "%(hits)s of %(of)s visits fell on the last %(days)s days of the month (usual: %(usual)s)."
    ),
    "set_aside": _(
        "%(hits)s of %(of)s check-ins were not counted, being more than are counted of one phone or one network address in a "
        "day (usual: %(usual)s)."
    ),
}


def sentences(report: Report, station: int) -> list[str]:
    """What stands out at the station, the strongest first."""
    row = {str(name): value for name, value in report.stations.loc[station].items()}
    return [sentence(signal, row) for signal in report.signals_of(station)]


def sentence(signal: str, row: dict[str, Any]) -> str:
    if signal == "growth":
        words = gettext("%(visits)s visits, where %(usual)s are usual.")
        return words % {"visits": _number(row["visits"]), "usual": _number(row["usual"])}
    usual = row.get(f"{signal}_usual")
    values = {
        "hits": _number(row[f"{signal}_hits"]),
        "of": _number(row[f"{signal}_of"]),
        "gap": _number(row.get(f"{signal}_gap", 0)),
        "usual": "" if usual is None else _percent(usual),
        "few": FEW,
        "top": _number(row["top_hits"]),
        "days": LAST_DAYS,
        "night": _number(row["night_hits"]),
        "again_hits": _number(row["again_hits"]),
        "again_of": _number(row["again_of"]),
    }
    return gettext(SENTENCES[signal]) % values


def letter(rank: int) -> str:
    """A, B, C: by visits at the station in the month; it means nothing elsewhere."""
    return chr(ord("A") + rank)


def phone_letter(rank: int) -> str:
    return gettext("phone %(letter)s") % {"letter": letter(rank)}


def other_phones(count: int) -> str:
    return ngettext("%(n)s other phone", "%(n)s other phones", count) % {"n": count}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "< 1 %"


def _number(value: float) -> str:
    return f"{value:.0f}"
