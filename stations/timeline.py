"""History as people read it: who changed what, from what, to what, when.

The database keeps each change as the whole row (geo/history.py). Here an app says in words what a row tells (`Source.told`); what
differs between the words before and after is what changed. What one person changed in one go is one moment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.contrib.postgres.fields import ArrayField
from django.db.models import ForeignKey, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from geo.crs import geodesic_m
from stations.private import PrivateTextField

NAME_FIELDS = ("name", "name_zh", "name_en", "username", "version")
LISTED_AT_ONCE = 30


class Hidden(str):
    """A private value: that it changed is told, what it is is not."""

    __slots__ = ()


class Place(str):
    """A position in words that knows where it is, so that a move tells how far."""

    lonlat: tuple[float, float]

    def __new__(cls, point: Point) -> "Place":
        place = super().__new__(cls, f"{point.x:.6f}, {point.y:.6f}")
        place.lonlat = (point.x, point.y)
        return place


Names = Mapping[tuple[type[Model], Any], str]
Told = Mapping[str, str]  # from what it is to how it stands, in the reader's language


@dataclass(frozen=True)
class Source:
    """One table's part in a time line: which of its rows, and what a row tells."""

    model: type[Model]
    rows: Mapping[str, Any]  # lookups on the events; the tracked row itself is `pgh_obj`
    told: Callable[[Any, Names], Told]
    names: Sequence[str] = ()  # foreign keys whose names `told` wants
    entered: str = ""  # said of a new row, whose particulars are then folded away

    def events(self) -> QuerySet[Any]:
        return QuerySet(self.model.pgh_event_model).filter(**self.rows)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    what: str
    before: str
    after: str
    is_private: bool = False


@dataclass
class Moment:
    """What one person changed in one go: `entered`, new things with all their particulars, and `lines`, everything else."""

    at: datetime
    who: str
    entered: list[tuple[str, list[Line]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def moments(
    sources: Sequence[Source], *, before: datetime | None = None, limit: int = LISTED_AT_ONCE
) -> tuple[list[Moment], datetime | None]:
    """The latest `limit` moments earlier than `before`, latest first; and what to give as `before` for those after them.

    Two or three queries a source, however long its history is.
    """
    window = {"pgh_created_at__lt": before} if before else {}
    first, *others = [one.events().filter(**window).values_list("pgh_created_at") for one in sources]
    found = first.union(*others).order_by("-pgh_created_at")[: limit + 1]
    times = [at for (at,) in found]
    if not times:
        return [], None
    shown = times[:limit]
    window["pgh_created_at__gte"] = shown[-1]
    changes = [change for one in sources for change in _changes(one, window)]
    told = _in_words(changes)
    return sorted(told, key=lambda one: one.at, reverse=True), shown[-1] if len(times) > limit else None


@dataclass
class _Change:
    """One row, as it was before one go and after."""

    source: Source
    context: Any
    at: datetime
    before: Any
    after: Any
    is_new: bool


def _changes(source: Source, window: Mapping[str, Any]) -> Iterable[_Change]:
    events = source.events().filter(**window)
    last: QuerySet[Any] = QuerySet(events.model).filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
    )
    previous = Subquery(last.order_by("-pgh_id").values("pgh_id")[:1])
    listed = list(events.annotate(previous=previous).select_related("pgh_context").order_by("pgh_id"))
    known = {one.pgh_id: one for one in listed}
    known |= QuerySet(events.model).in_bulk({one.previous for one in listed} - {None, *known})
    found: dict[tuple[Any, ...], _Change] = {}
    for event in listed:
        key = (event.pgh_created_at, event.pgh_context_id, event.pgh_obj_id)
        if key not in found:
            is_new = event.pgh_label == "insert"
            before = None if is_new else known.get(event.previous)
            found[key] = _Change(source, event.pgh_context, event.pgh_created_at, before, None, is_new)
        found[key].after = None if event.pgh_label == "delete" else event
        if event.pgh_label == "delete" and not found[key].is_new:
            found[key].before = found[key].before or event  # which may be all that is known
    return found.values()


def _in_words(changes: Sequence[_Change]) -> Iterable[Moment]:
    names = _names(changes)
    found: dict[tuple[datetime, str], Moment] = {}
    for change in changes:
        before, after = ({} if row is None else change.source.told(row, names) for row in _rows(change))
        if lines := _lines(before, after):
            who = _who(change.context, names)
            moment = found.setdefault((change.at, who), Moment(change.at, who))
            if change.source.entered and change.is_new:
                moment.entered.append((change.source.entered, lines))
            elif moment.entered and change.is_new:
                moment.entered[-1][1].extend(lines)  # what came together with it
            else:
                moment.lines += lines
    for moment in found.values():
        moment.lines = _paired(moment.lines)
    return found.values()


def _rows(change: _Change) -> tuple[Any, Any]:
    return change.before, change.after


def _lines(before: Told, after: Told) -> list[Line]:
    """What differs, in the order of what is there."""
    lines = []
    for what in {**before, **after}:
        was, now = before.get(what, ""), after.get(what, "")
        if was == now:
            continue
        if isinstance(was, Hidden) or isinstance(now, Hidden):
            lines.append(Line(what, "", "", is_private=True))
        else:
            lines.append(Line(what, was, _with_distance(was, now)))
    return lines


def _paired(lines: Sequence[Line]) -> list[Line]:
    """Where one row ended and another of the same began, as in a hand-over, the two are one line."""
    ended = {line.what: line for line in lines if line.before and not line.after}
    begun = {line.what for line in lines if line.after and not line.before}
    kept = [line for line in lines if not (line.what in begun and line is ended.get(line.what))]
    return [
        Line(line.what, ended.pop(line.what).before, line.after)
        if line.after and not line.before and line.what in ended
        else line
        for line in kept
    ]


def _with_distance(was: str, now: str) -> str:
    if not (isinstance(was, Place) and isinstance(now, Place)):
        return now
    metres = float(geodesic_m(*was.lonlat, *now.lonlat))
    return gettext("%(place)s (moved %(metres).0f m)") % {"place": now, "metres": metres}


# Who, and the names of what a row refers to.


def _who(context: Any, names: Names) -> str:
    told = context.metadata if context else {}
    if user := _user(context):
        return names[get_user_model(), user]
    if told.get("command"):
        return gettext("Command %(command)s") % {"command": told["command"]}
    if told.get("role") == settings.JIELI_APP_ROLE and told.get("url"):
        return gettext("The site, nobody signed in")
    return gettext("In the database itself (%(role)s)") % {"role": told.get("role", "SQL")}


def _user(context: Any) -> int | None:
    """Whatever stands there: the site's database role may write anything as its context."""
    user = context.metadata.get("user") if context else None
    return user if isinstance(user, int) else None


def _names(changes: Sequence[_Change]) -> Names:
    """One query a kind of thing. What is gone is known by its number."""
    wanted: dict[type[Model], set[Any]] = {get_user_model(): set()}
    for change in changes:
        wanted[get_user_model()].add(_user(change.context))
        for row in filter(None, _rows(change)):
            for name in change.source.names:
                key = change.source.model._meta.get_field(name)
                wanted.setdefault(key.related_model, set()).add(getattr(row, key.attname))  # type: ignore[union-attr, arg-type]
    return {
        (model, pk): name
        for model, keys in wanted.items()
        for pk, name in _named(model, keys - {None}).items()
    }


def _named(model: type[Model], keys: set[Any]) -> dict[Any, str]:
    if not keys:
        return {}
    known = {one.name for one in model._meta.fields}
    found = model._base_manager.only(*(name for name in NAME_FIELDS if name in known)).in_bulk(keys)
    return {key: in_language(found[key]) if key in found else f"#{key}" for key in keys}


def in_language(named: Any) -> str:
    """The name of a thing in the reader's language, where it has one in each."""
    english = getattr(named, "name_en", "") if get_language() == "en" else ""
    given = (english, *(getattr(named, one, "") for one in ("name_zh", "name", "username", "version")))
    return next(filter(None, given), str(named.pk))


# What a row tells.


def fields(*listed: str) -> Callable[[Any, Names], Told]:
    """Each of these fields under its own name; empty ones are not there."""

    def told(row: Any, names: Names) -> Told:
        model = row.pgh_tracked_model
        values = {one: text_of(row, one, names) for one in listed}
        return {
            capfirst(str(model._meta.get_field(one).verbose_name)): text
            for one, text in values.items()
            if text
        }

    return told


def text_of(row: Any, name: str, names: Names) -> str:
    """A field's value as people read it; empty where there is none."""
    model_field = row._meta.get_field(name)
    value = getattr(row, model_field.attname)
    if value is None or value == "":
        return ""
    if isinstance(model_field, PrivateTextField):
        return Hidden(value)
    if isinstance(model_field, ForeignKey):
        return names[row.pgh_tracked_model._meta.get_field(name).related_model, value]
    if isinstance(model_field, ArrayField):
        words = dict(model_field.base_field.flatchoices)
        return (", " if get_language() == "en" else "、").join(str(words.get(one, one)) for one in value)
    if model_field.flatchoices:
        return str(dict(model_field.flatchoices).get(value, value))
    return plain(value)


def remarked(state: str, remark: str) -> str:
    """A state with what somebody wrote about it, if anything."""
    return gettext("%(state)s (%(remark)s)") % {"state": state, "remark": remark} if remark else state


def plain(value: Any) -> str:
    """A value of no list as people read it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return Place(value) if isinstance(value, Point) else str(value)
