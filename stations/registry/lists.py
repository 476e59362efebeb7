"""What provinces define for themselves (chapter 2, 2): kinds of facilities, the six haves, and the versions of the pledge."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from stations.registry.models import Facility, FacilityType, Have, Pledge
from stations.unions.access import Ability, may
from stations.unions.models import User

USED = _("%(count)s stations have this facility: it cannot be deleted. Rename it, or make it an extra.")
SAME_NAME = _("This name is in the list already: choose another.")
SAME_VERSION = _("There is a version of this name already: give the new text another.")

Listed = FacilityType | Have


class ListError(ValueError):
    """A line that cannot be: `field` is at fault, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(field, message)

    def __str__(self) -> str:
        return self.message


@transaction.atomic
def add_line(*, kind: type[Listed], by: User | AnonymousUser, **given: str | bool) -> Listed:
    """A new kind of facility or a new have, last in the list. ListError where the name is there already."""
    _authorise(by)
    _lock(kind)
    lines = kind._default_manager.order_by("position")
    last = lines.last()
    line = kind(code=_free_code(kind, str(given["name_en"])), position=last.position + 1 if last else 1)
    return _put(line, given)


@transaction.atomic
def change_line(*, line: Listed, by: User | AnonymousUser, **given: str | bool) -> Listed:
    """Rename it, say something else of it; its code stays. ListError where the name is there already."""
    _authorise(by)
    locked = type(line)._default_manager.select_for_update().get(pk=line.pk)
    return _put(locked, given)


@transaction.atomic
def move_line(*, line: Listed, by: User | AnonymousUser, up: bool) -> None:
    """One place up or down, the list numbered anew."""
    _authorise(by)
    kind = type(line)
    _lock(kind)
    lines: list[Any] = list(kind._default_manager.order_by("position", "code"))
    here = next(index for index, one in enumerate(lines) if one.pk == line.pk)
    there = max(0, min(len(lines) - 1, here + (-1 if up else 1)))
    lines[here], lines[there] = lines[there], lines[here]
    for position, one in enumerate(lines, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


@transaction.atomic
def remove_facility_type(*, line: FacilityType, by: User | AnonymousUser) -> None:
    """Take a kind of facility out of the list. ListError where a station has it."""
    _authorise(by)
    FacilityType.objects.select_for_update().get(pk=line.pk)
    count = Facility.objects.filter(type=line).values("station").distinct().count()
    if count:
        raise ListError("name_zh", gettext(USED) % {"count": count})
    line.delete()


@transaction.atomic
def add_pledge(
    *, by: User | AnonymousUser, version: str, text_zh: str, since: date, text_en: str = ""
) -> Pledge:
    """A new version of the service pledge; its text stays as it is. ListError where the version has a text already."""
    _authorise(by)
    try:
        with transaction.atomic():
            return Pledge.objects.create(
                version=version, text_zh=text_zh, text_en=text_en or text_zh, since=since
            )
    except IntegrityError as error:
        raise ListError("version", gettext(SAME_VERSION)) from error


def _put(line: Listed, given: dict[str, str | bool]) -> Listed:
    others = type(line)._default_manager.exclude(pk=line.pk)
    if others.filter(name_zh=given["name_zh"]).exists():
        raise ListError("name_zh", gettext(SAME_NAME))
    for field, value in given.items():
        setattr(line, field, value)
    for english, chinese in (("name_en", "name_zh"), ("asks_en", "asks_zh")):
        if hasattr(line, english) and not getattr(line, english):
            setattr(line, english, getattr(line, chinese))
    line.save()
    return line


def _free_code(kind: type[models.Model], name: str) -> str:
    """A code for the API and for files: of the English name, or a running one."""
    taken = set(kind._default_manager.values_list("pk", flat=True))
    wanted = slugify(name)[:16].strip("-").replace("-", "_") or "own"
    codes = (wanted if number == 1 else f"{wanted}_{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)


def _lock(kind: type[models.Model]) -> None:
    list(kind._default_manager.select_for_update().order_by("pk"))


def _authorise(by: User | AnonymousUser) -> None:
    if not may(by, Ability.EDIT_LISTS):
        raise PermissionDenied
