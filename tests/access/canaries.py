"""Texts that were planted in the worlds, and who alone may read each. They are looked for in every answer and log record."""

from dataclasses import dataclass

from tests.access.who import (
    CENTRE,
    EDITORS,
    MANAGER_OF_IT,
    OFFICER_OF_IT,
    OVERSEERS,
    PLANNERS,
    READERS_OF_CHANGE,
    READERS_OF_FILING,
    THOSE_IN_CARE,
    WORLDS,
    Who,
    who,
)
from tests.access.worlds import Cast, World


@dataclass(frozen=True)
class Canary:
    """`who` may read `text`, which is of `world`; in a log nobody may where it is private."""

    text: str
    what: str
    who: Who
    world: str
    private: bool = False

    def is_for(self, reader: str) -> bool:
        return (reader, self.world) in self.who


def canaries(cast: Cast) -> list[Canary]:
    planted = [Canary("SECRET-DATASET", "dataset", PLANNERS, world) for world in WORLDS]
    for name, world in cast.worlds.items():
        planted += _of(world, name)
    return planted + [
        Canary(user.phone, f"phone of {name}", CENTRE | who("bob", "beth", name), "own", private=True)
        for name, user in cast.people.items()
        if user.phone and name in ("ivy", "ines", "paul", "alice")
    ]


def _of(world: World, name: str) -> list[Canary]:
    manager = who("mona.own")
    return [
        Canary(world.mobile, "mobile of a station's contact", EDITORS, name, private=True),
        Canary(f"站长{world.mark}", "name of a station's contact", EDITORS, name),
        Canary(world.filing_phone, "phone on a filing", READERS_OF_FILING, name, private=True),
        Canary(world.manager.phone, "phone of a manager", CENTRE | OFFICER_OF_IT | manager, name, private=True),
        Canary(world.hidden.name, "name of a suspended station", THOSE_IN_CARE, name),
        Canary(world.planned.name, "name of a planned station", OVERSEERS, name),
        Canary(f"备案{world.name}", "remark of a filing", READERS_OF_CHANGE, name),
        Canary(f"曾用{world.name}", "former name, of a change", READERS_OF_CHANGE, name),
        Canary(world.person.username, "user name of a person below", CENTRE | OFFICER_OF_IT | MANAGER_OF_IT, name),
    ]  # fmt: skip
