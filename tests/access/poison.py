"""Every free text of every row becomes an attack, whatever a form would have said to it: what an import or SQL may leave."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models

from stations.private import PrivateTextField
from stations.registry.models import Pledge, Station
from tests.hostile import ADDRESSED, HOSTILE

ROOMS = ("geo", "unions", "registry", "filing", "analysis", "activity")
# Texts with a grammar of their own, which the database or the code holds to: no form takes a free text there.
RULED = {
    "User.username", "User.password", "Station.declared_datum", "FieldChange.field", "Upload.datum", "Nameplate.number",
    "NameplateCounter.before", "District.code", "Photo.file", "AnalysisRun.question", "ActivityDataset.datum",
    "Pledge.version", "Pledge.text_zh", "Pledge.text_en",  # a text that hangs stays: see below
}  # fmt: skip


def poison() -> list[str]:
    """Gives the names of the fields that were poisoned."""
    attacks = (HOSTILE[number % len(HOSTILE)] for number in count())
    _hang_a_poisoned_pledge()
    return sorted({name for model in _models() for name in _poison_rows(model, attacks)})


def _hang_a_poisoned_pledge() -> None:
    text = "\n".join(HOSTILE)
    pledge = Pledge.objects.create(
        version=HOSTILE[1][:20], text_zh=text, text_en=text, since=date(2026, 5, 1)
    )
    Station.objects.update(pledge=pledge)


def _models() -> Iterator[type[models.Model]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if not model.__name__.endswith("Event"):
                yield model


def _poison_rows(model: type[models.Model], attacks: Iterator[str]) -> Iterator[str]:
    fields = [field for field in model._meta.concrete_fields if _takes_text(model, field)]
    for row in model._default_manager.all() if fields else []:
        model._default_manager.filter(pk=row.pk).update(
            **{field.attname: _attack(field, getattr(row, field.attname), row, attacks) for field in fields}
        )
    yield from (f"{model.__name__}.{field.name}" for field in fields)


def _takes_text(model: type[models.Model], field: models.Field) -> bool:
    if field.primary_key or field.choices or f"{model.__name__}.{field.name}" in RULED:
        return False
    if isinstance(field, models.JSONField):
        return model.__name__ in ("FilingItem", "FieldChange")
    return isinstance(field, models.CharField | models.TextField) and not isinstance(field, PrivateTextField)


def _attack(field: models.Field, before: Any, row: models.Model, attacks: Iterator[str]) -> Any:
    if isinstance(field, models.JSONField):
        return _in_json(before, attacks)
    if isinstance(field, models.EmailField):
        return ADDRESSED
    mark = str(row.pk) if field.unique else ""
    return f"{mark}{next(attacks)}"[: field.max_length]


def _in_json(value: Any, attacks: Iterator[str]) -> Any:
    if isinstance(value, dict):
        return {key: _in_json(one, attacks) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_json(one, attacks) for one in value]
    return next(attacks) if isinstance(value, str) else value
