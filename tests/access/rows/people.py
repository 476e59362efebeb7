"""The desk's pages of people and unions, the hand-over, and the own account."""

from tests.access.rows import row
from tests.access.who import CENTRE, CENTRE_OR_OFFICER, EVERYBODY, OFFICERS, SIGNED_IN, who

# Who is no officer is refused at the door, whoever the page is about; officers do not learn of people beside their reach.
SEEN = EVERYBODY - who("bob.other", "beth.own")
NEW = {"name": "新人", "username": "new", "phone": ""}

ROWS = [
    row("accounts/me/", get=SIGNED_IN, post=SIGNED_IN.doing({"name": "新名字", "phone": ""})),
    row("desk/people/", get=OFFICERS, shows={"person": CENTRE_OR_OFFICER, "manager": CENTRE_OR_OFFICER}),
    row("desk/people/", query="export=csv", get=OFFICERS, shows={"person": CENTRE_OR_OFFICER}),
    row("desk/people/add/", get=OFFICERS.doing(status={"bob": 302, "beth": 302, "": 200})),
    row("desk/people/add/manager/", get=OFFICERS, post=OFFICERS.doing(NEW, status=200)),
    row("desk/people/add/<slug:role>/", role="=planner", get=CENTRE, post=CENTRE.doing(NEW, status=200)),
    row("desk/people/<int:pk>/", pk="person", sees=SEEN, get=CENTRE_OR_OFFICER),
    row("desk/people/<int:pk>/", pk="manager", sees=SEEN, get=CENTRE_OR_OFFICER),
    row("desk/people/<int:pk>/edit/", pk="person", sees=SEEN, get=CENTRE_OR_OFFICER,
        post=CENTRE_OR_OFFICER.doing({"name": "改名", "phone": ""})),
    row("desk/people/<int:pk>/deactivate/", pk="person", sees=SEEN, post=CENTRE_OR_OFFICER.doing({})),
    row("desk/people/<int:pk>/reactivate/", pk="person", sees=SEEN,
        post=CENTRE_OR_OFFICER.doing({}, changes=False)),  # it is active: the page says so
    row("desk/people/<int:pk>/password/", pk="person", sees=SEEN, post=CENTRE_OR_OFFICER.doing({}, status=200)),
    row("desk/people/<int:pk>/appoint/", pk="person", sees=SEEN, get=CENTRE, post=CENTRE.doing({"role": "planner"}, status=200)),
    row("desk/people/<int:pk>/appointments/<int:appointment>/end/", pk="officer", appointment="appointment",
        sees=SEEN, post=CENTRE.doing({})),
    row("desk/people/unions/", get=CENTRE, post=CENTRE.doing({"name": "新工会", "level": "bureau"})),
    row("desk/people/unions/districts/", post=CENTRE.doing({})),
    row("desk/people/unions/<int:pk>/", pk="union", get=CENTRE, post=CENTRE.doing({"name": "改名工会"})),
    row("desk/stations/<int:pk>/hand-over/", pk="public", get=CENTRE_OR_OFFICER,
        post=CENTRE_OR_OFFICER.doing(lambda world: {"to": world.person.pk})),
    row("desk/stations/<int:pk>/hand-over/", pk="hidden", sees=SEEN, get=CENTRE_OR_OFFICER,
        post=CENTRE_OR_OFFICER.doing(lambda world: {"to": world.person.pk})),
]  # fmt: skip
