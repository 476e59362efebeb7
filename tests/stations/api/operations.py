"""Every write of the API: on what, by whom, a body that is sound, and the only fields that may be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
WRITES = ("post", "put", "patch", "delete")

LIVE = {
    "name", "address", "position", "host_kind", "host_name", "public_phone", "hours_text", "area_m2", "services", "facilities",
}  # fmt: skip
CONTACT = {"manager_name", "mobile"}
STATION = LIVE | CONTACT | {"union", "nameplate_no", "kind", "status", "planned_completion"}
ROW = (STATION | {"district"}) - {"union", "nameplate_no", "status"}
HEAD = {"contact_name", "contact_email", "contact_phone", "note"}


@dataclass(frozen=True)
class Write:
    """`body` of the objects that the test has made; `by`: a person of the cast who may."""

    method: str
    path: str
    by: str
    fields: set[str]
    body: Callable[[dict[str, Any]], dict[str, Any]] = lambda made: {}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def row_of(made):
    return {"name": "新站", "address": "路", "position": {"lon": 121.3, "lat": 31.3, "datum": "wgs84"}}


ALL = [
    Write("post", "/api/tokens/", "alice", {"username", "password"},
          lambda made: {"username": "alice", "password": "alice-password"}),
    Write("delete", "/api/tokens/", "alice", set()),
    Write("delete", "/api/tokens/{prefix}/", "alice", set()),
    Write("post", "/api/stations/", "alice", STATION, lambda made: {**row_of(made), "union": made["union"]}),
    Write("patch", "/api/stations/{station}/", "alice", STATION | {"version", "confirmed", "accuracy_m"},
          lambda made: {"name": "改名"}),
    Write("post", "/api/stations/{station}/conditions/", "bob", {"facility", "condition"},
          lambda made: {"facility": "wifi", "condition": "broken"}),
    Write("post", "/api/stations/{station}/closures/", "bob", {"until", "reason"},
          lambda made: {"until": made["soon"]}),
    Write("delete", "/api/stations/{station}/closures/", "bob", set()),
    Write("post", "/api/stations/{station}/dated-hours/", "bob", {"first_day", "last_day", "hours_text", "reason"},
          lambda made: {"first_day": "2099-07-01", "last_day": "2099-07-09", "hours_text": "8:00-20:00"}),
    Write("delete", "/api/stations/{station}/dated-hours/{dated}/", "bob", set()),
    Write("post", "/api/stations/{station}/acceptances/", "bob", {"have", "accepted", "note"},
          lambda made: {"have": "premises", "accepted": True}),
    Write("post", "/api/stations/{station}/managers/", "alice", {"user"}, lambda made: {"user": made["somebody"]}),
    Write("post", "/api/filings/", "bob", {"kind", "union", *HEAD},
          lambda made: {"kind": "new", "union": made["union"]}),
    Write("patch", "/api/filings/{filing}/", "bob", HEAD, lambda made: {"note": "新"}),
    Write("delete", "/api/filings/{filing}/", "bob", set()),
    Write("post", "/api/filings/{filing}/steps/", "bob", {"step", "comment"}, lambda made: {"step": "submit"}),
    Write("post", "/api/filings/{change}/decisions/", "bob", {"changes", "decision", "comment"},
          lambda made: {"changes": made["changes"], "decision": "restored"}),
    Write("post", "/api/filings/{filing}/stations/", "bob", ROW, row_of),
    Write("post", "/api/filings/{withdrawal}/items/", "bob", {"stations", "reason"},
          lambda made: {"stations": [made["station"]]}),
    Write("patch", "/api/filings/{filing}/items/{item}/", "bob", ROW | {"reason"}, lambda made: {"name": "改名"}),
    Write("delete", "/api/filings/{filing}/items/{item}/", "bob", set()),
    Write("post", "/api/check-ins/", "bob",
          {"id", "code", "made_at", "sent_at", "occupation", "position", "ticket"}, lambda made: made["check_in"]),
    Write("post", "/api/check-ins/batch/", "bob", {"sent_at", "check_ins"},
          lambda made: {"check_ins": [made["check_in"]]}),
]  # fmt: skip


def described() -> dict[str, Any]:
    """The OpenAPI description."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema
