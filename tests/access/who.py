"""The readers, and the policies that rows are written in.

There are two worlds of objects. *own*: of West's union, in West, managed by mona. *other*: of the bank's union, but also
standing in West, managed by nina. So the district inspector of West reaches both, and a scope by district that was meant to be
one by union shows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

READERS = {
    "nobody": "not signed in",
    "gone": "a centre officer whose account was deactivated, with the old session",
    "newt": "an officer of West's union who has not yet changed the password they were given",
    "charlie": "signed in, no role",
    "mona": "manager of the own stations",
    "bob": "officer of West's union",
    "beth": "officer of the bank's (bureau) union: the other world is hers",
    "ivy": "inspector of West",
    "ines": "inspector of East, where nothing stands",
    "paul": "planner",
    "alice": "centre officer",
    "root": "superuser",
}
ANONYMOUS = ("nobody", "gone")
NEW = "newt"
WORLDS = ("own", "other")


@dataclass(frozen=True)
class Deed:
    """A method of a route: who may, what is sent, and what comes back."""

    who: "Who"
    body: Any = None
    status: int | None = None
    json: bool = False
    changes: bool = True


class Who(frozenset[tuple[str, str]]):
    """Pairs of reader and world."""

    def __or__(self, more: Iterable[tuple[str, str]]) -> "Who":
        return Who(super().__or__(frozenset(more)))

    def __sub__(self, less: Iterable[tuple[str, str]]) -> "Who":
        return Who(super().__sub__(frozenset(less)))

    def doing(self, body: dict | Callable | None = None, **more: Any) -> Deed:
        return Deed(self, body, **more)


def who(*names: str) -> Who:
    """`who("alice", "bob.own")`: alice in both worlds, bob in the own one."""
    pairs = set()
    for name in names:
        reader, _, world = name.partition(".")
        assert reader in READERS, name
        pairs |= {(reader, one) for one in ([world] if world else WORLDS)}
    return Who(pairs)


NOBODY = Who()
EVERYBODY = who(*READERS)
SIGNED_IN = who(*(one for one in READERS if one not in ANONYMOUS))
OUTSIDERS = who(*ANONYMOUS)
SUPERUSER = who("root")
CENTRE = who("alice", "root")  # a superuser may all
PLANNERS = who("paul", "root")
MANAGER_OF_IT = who("mona.own")
OFFICER_OF_IT = who("bob.own", "beth.other", "root")
INSPECTOR_OF_IT = who("ivy")
OFFICERS = who("bob", "beth", "alice", "root")  # officers of any union, and the centre

# design.md, section 1
CENTRE_OR_OFFICER = CENTRE | OFFICER_OF_IT
EDITORS = CENTRE_OR_OFFICER | MANAGER_OF_IT  # change a station, read its private contact
THOSE_IN_CARE = EDITORS | INSPECTOR_OF_IT  # see a station that is not public
OVERSEERS = CENTRE_OR_OFFICER | INSPECTOR_OF_IT  # see a station that has no manager yet
READERS_OF_FILING = CENTRE_OR_OFFICER
READERS_OF_CHANGE = CENTRE_OR_OFFICER | MANAGER_OF_IT
