"""The desk's pages of filings: the union writes and passes on, the centre decides."""

from stations.registry.models import Have
from tests.access.rows import row
from tests.access.who import CENTRE, OFFICER_OF_IT, READERS_OF_CHANGE, READERS_OF_FILING, who

THOSE_WITH_FILINGS = who("mona", "bob", "beth", "alice", "root")
THOSE_WHO_BEGIN = who("bob", "beth")
HEAD = {"version": "1", "contact_name": "丙某", "contact_email": "c@example.org", "contact_phone": "12351"}


def step(name):
    return {"step": name, "comment": "说明", "version": "1"}


def station(world, **more):
    return {
        "name": "新站", "address": "测试路9号", "kind": "relay", "host_kind": "bank", "lon": "121.4", "lat": "31.4",
        "datum": "wgs84", "hours_text": "9:00-17:00", "area_m2": "3", "services": "water", **more,
    }  # fmt: skip


def changed(world):
    return station(world, version=str(world.planned.version))


def found(world):
    return {f"found-{have.pk}": "yes" for have in Have.objects.all()}


OF_DRAFT = {"pk": "draft", "item_pk": "item"}
DRAFT = "desk/filings/<int:pk>/stations/<int:item_pk>/"

ROWS = [
    row("desk/filings/", get=THOSE_WITH_FILINGS, shows={"planned": READERS_OF_FILING}),
    row("desk/filings/", query="state=all&export=csv", get=THOSE_WITH_FILINGS),
    row("desk/filings/", query="state=all&export=xlsx", get=THOSE_WITH_FILINGS),
    row("desk/filings/new/", get=THOSE_WHO_BEGIN, post=THOSE_WHO_BEGIN.doing({"kind": "new"})),
    row("desk/filings/nameplates/", get=CENTRE, post=CENTRE.doing({"number": "310102-0009", "reason": "损坏"})),
    row("desk/filings/nameplates/", query="export=csv", get=CENTRE),
    *(
        row("desk/filings/<int:pk>/", pk=state, sees=READERS_OF_FILING, get=READERS_OF_FILING)
        for state in ("draft", "submitted", "reviewed", "recommended", "approved", "returned")
    ),
    row("desk/filings/<int:pk>/", pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE.doing(status=302)),
    row("desk/filings/<int:pk>/head/", pk="draft", sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing(HEAD)),
    row("desk/filings/<int:pk>/delete/", pk="draft", sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing({"version": "1"})),
    row("desk/filings/<int:pk>/step/", pk="submitted", sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing(step("take_back"))),
    row("desk/filings/<int:pk>/step/", pk="reviewed", sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing(step("return"))),
    row("desk/filings/<int:pk>/step/", pk="recommended", sees=READERS_OF_FILING, post=CENTRE.doing(step("return"))),
    row("desk/filings/<int:pk>/stations/new/", pk="draft", sees=READERS_OF_FILING,
        get=OFFICER_OF_IT, post=OFFICER_OF_IT.doing(station)),
    row("desk/filings/<int:pk>/stations/choose/", pk="draft", sees=READERS_OF_FILING,
        get=OFFICER_OF_IT, post=OFFICER_OF_IT.doing({}, status=422, changes=False)),
    row(DRAFT, **OF_DRAFT, sees=READERS_OF_FILING, get=OFFICER_OF_IT, post=OFFICER_OF_IT.doing(changed)),
    row(f"{DRAFT}remove/", **OF_DRAFT, sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing({})),
    row(f"{DRAFT}reason/", **OF_DRAFT, sees=READERS_OF_FILING, post=OFFICER_OF_IT.doing({"reason": "说明"})),
    row(f"{DRAFT}acceptance/", pk="submitted", item_pk="submitted_item", sees=READERS_OF_FILING,
        get=OFFICER_OF_IT, post=OFFICER_OF_IT.doing(found)),
]  # fmt: skip
