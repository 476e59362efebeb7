"""The cast and the two worlds of objects that rows name: see `who.py`."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.core.files.base import ContentFile
from knox.models import AuthToken

from analysis.heat_runs import run_heat
from analysis.models import AnalysisRun
from analysis.runs import run_coverage
from geo.models import District, wgs84_point
from stations.checkins.models import CheckIn, StationCode, WorkerReport
from stations.checkins.qr import codes
from stations.filing.choices import FilingKind, FilingState
from stations.filing.freezing import frozen
from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep, Upload
from stations.registry.models import (
    CareDrive,
    DatedHours,
    Facility,
    Photo,
    Station,
    StationContact,
    StationManager,
    TemporaryClosure,
)
from stations.unions.models import Appointment, Role, TradeUnion, User
from stations.unions.tokens import issue_token
from tests.analysis.activity import observe
from tests.conftest import square
from tests.stations.checkins.visits import visit

PASSWORD = "test-password"
THEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)

UPLOADED = "名称,地址,经度,纬度\n上传的站,测试路1号,121.4,31.45\n,测试路2号,121.41,31.45\n"  # a good row and a bad one


@dataclass
class World:
    """What rows name. Every object is of `union`, and every station stands in West."""

    name: str
    mark: int  # makes names, places and numbers of the worlds differ
    union: TradeUnion
    manager: User
    run: AnalysisRun
    drive: CareDrive
    officer: User
    public: Station = field(init=False)
    hidden: Station = field(init=False)
    planned: Station = field(init=False)
    sanitation: Station = field(init=False)
    visit: CheckIn = field(init=False)
    report: WorkerReport = field(init=False)
    closure: TemporaryClosure = field(init=False)
    dated_hours: DatedHours = field(init=False)
    photo: Photo = field(init=False)
    draft: Filing = field(init=False)
    submitted: Filing = field(init=False)
    reviewed: Filing = field(init=False)
    recommended: Filing = field(init=False)
    approved: Filing = field(init=False)
    returned: Filing = field(init=False)
    change: Filing = field(init=False)
    decided: Filing = field(init=False)
    item: FilingItem = field(init=False)
    submitted_item: FilingItem = field(init=False)
    upload: Upload = field(init=False)
    person: User = field(init=False)
    token: AuthToken = field(init=False)
    heat: AnalysisRun = field(init=False)
    token_text: str = field(init=False)

    def __post_init__(self) -> None:
        self.public = self.station("公开", nameplate_no=f"310101-{self.mark}001")
        self.hidden = self.station("暂停", status="suspended")
        self.sanitation = self.station("环卫", kind="sanitation", nameplate_no=f"310101-{self.mark}002")
        for station in (self.public, self.hidden, self.sanitation):
            StationManager.objects.create(user=self.manager, station=station, since=THEN)
        StationCode.objects.create(station=self.public, version=1, issued_at=THEN)
        self.visit = visit(self.public, THEN, device=self.name)
        self.report = WorkerReport.objects.create(
            station=self.public, kind="closed", day=THEN.date(), first_at=THEN, last_at=THEN
        )
        self.closure = TemporaryClosure.objects.create(
            station=self.public, during=(THEN, None), reason="停电"
        )
        self.dated_hours = DatedHours.objects.create(
            station=self.public, days=(date(2026, 7, 1), date(2026, 7, 9)), hours_text="Mo-Su 08:00-20:00"
        )
        self.photo = Photo.objects.create(
            station=self.hidden, file=ContentFile(PIXEL, name="p.png"), caption="门口", by=self.manager
        )
        for state in FilingState.values:
            if state != FilingState.DECIDED:
                setattr(self, state, self.filing(state))
        self.item = self.draft.items.get()
        self.planned = self.item.station
        self.submitted_item = self.submitted.items.get()
        self.change = self.filing(FilingState.SUBMITTED, kind=FilingKind.CHANGE)
        self.decided = self.filing(FilingState.DECIDED, kind=FilingKind.CHANGE)
        self.upload = Upload.objects.create(
            filing=self.draft, by=self.officer, name="上传.csv", content=UPLOADED.encode(), datum="wgs84"
        )
        self.person = someone(f"person-{self.name}", name=f"某人{self.mark}", created_by=self.officer)
        self.token, self.token_text = issue_token(to=self.manager)

    def station(self, word: str, **more: Any) -> Station:
        """A station of this world, with a private contact."""
        number = Station.objects.count()
        lon, lat = 121.02 + number / 100, 31.1 + self.mark / 100
        made = Station.objects.create(
            name=f"{word}{self.name}站{number}",
            address=f"测试路{number}号",
            point=wgs84_point(lon, lat),
            declared_lon=lon,
            declared_lat=lat,
            declared_datum="wgs84",
            union=self.union,
            hours_text="Mo-Su 09:00-17:00",
            services=["water"],
            area_m2=3,
            **more,
        )
        Facility.objects.create(station=made, type_id="microwave", condition="working")
        StationContact.objects.create(station=made, manager_name=f"站长{self.mark}", mobile=self.mobile)
        made.refresh_from_db()
        return made

    def filing(self, state: str, kind: str = FilingKind.NEW) -> Filing:
        """A filing of this world in `state`, with one station."""
        made = Filing.objects.create(
            kind=kind,
            state=state,
            union=self.union,
            contact_name=f"联系人{self.mark}",
            contact_phone=self.filing_phone,
            note=f"备案{self.name}",
            created_by=self.officer if kind == FilingKind.NEW else self.manager,
            submitted_at=None if state == FilingState.DRAFT else THEN,
            state_since=THEN,
        )
        if state != FilingState.DRAFT:
            FilingStep.objects.create(
                filing=made, from_state="draft", to_state=state, by=self.officer, at=THEN, comment="说明"
            )
        if kind == FilingKind.NEW:
            status = "active" if state == FilingState.APPROVED else "planned"
            station = self.station(state, status=status)
            item = FilingItem.objects.create(filing=made, station=station, position=1)
            if state != FilingState.DRAFT:
                item.filed, item.filed_contact = frozen(station)
                item.save()
            return made
        item = FilingItem.objects.create(filing=made, station=self.public, position=1)
        ruled = (
            {"decision": "confirmed", "decided_at": THEN, "decided_by": self.officer}
            if state == FilingState.DECIDED
            else {}
        )
        FieldChange.objects.create(
            item=item, field="name", before=f"曾用{self.name}", after=self.public.name, **ruled
        )
        return made

    @property
    def code_text(self) -> str:
        return codes.text_of(codes.current_code(self.public))

    @property
    def screen_key(self) -> str:
        return codes.screen_key_of(codes.current_code(self.public))

    @property
    def forged_screen_key(self) -> str:
        return f"{self.screen_key[:-26]}{'a' * 26}"

    @property
    def appointment(self) -> Appointment:
        return self.officer.appointments.get()

    @property
    def mobile(self) -> str:
        return f"1390000{self.mark}001"

    @property
    def filing_phone(self) -> str:
        return f"1390000{self.mark}002"


def someone(username: str, role: Role | None = None, *, scope: dict | None = None, **more: Any) -> User:
    """A person with the password `test-password`."""
    password = make_password(PASSWORD, hasher=MD5PasswordHasher())
    user = User.objects.create(username=username, password=password, **more)
    if role:
        Appointment.objects.create(user=user, role=role, **scope or {})
    return user


def told_quarter(station: Station, *, by: User) -> AnalysisRun:
    """A heat run of a past quarter; the quarter after it has visits too, but is not told yet."""
    visit(station, datetime(2025, 2, 3, 4, tzinfo=UTC))
    told = run_heat(by=by)[0]
    visit(station, datetime(2025, 5, 5, 4, tzinfo=UTC))
    return told


@dataclass
class Cast:
    people: dict[str, User]
    worlds: dict[str, World]


def build() -> Cast:
    """Everybody of `who.READERS` who signs in, and both worlds."""
    west = District.objects.create(
        code="310101", name="西区", name_en="West", outline=square(121.0, 31.0, 121.5, 31.5), source="test"
    )
    east = District.objects.create(
        code="310102", name="东区", name_en="East", outline=square(121.5, 31.0, 122.0, 31.5), source="test"
    )
    union = TradeUnion.objects.create(name="西区总工会", level=TradeUnion.Level.DISTRICT, district=west)
    bank = TradeUnion.objects.create(name="金融工会", level=TradeUnion.Level.BUREAU)
    people = {
        "gone": someone("gone", Role.CENTRE_OFFICER),
        "newt": someone("newt", Role.UNION_OFFICER, scope={"union": union}, must_change_password=True),
        "charlie": someone("charlie"),
        "mona": someone("mona", name="站长莫", phone="13900007101"),
        "nina": someone("nina", name="站长倪", phone="13900007102"),
        "bob": someone("bob", Role.UNION_OFFICER, scope={"union": union}, phone="13900007103"),
        "beth": someone("beth", Role.UNION_OFFICER, scope={"union": bank}, phone="13900007104"),
        "ivy": someone("ivy", Role.INSPECTOR, scope={"district": west}, phone="13900007105"),
        "ines": someone("ines", Role.INSPECTOR, scope={"district": east}, phone="13900007106"),
        "paul": someone("paul", Role.PLANNER, phone="13900007107"),
        "alice": someone("alice", Role.CENTRE_OFFICER, phone="13900007108"),
        "root": someone("root", is_superuser=True, is_staff=True),
    }
    observe("SECRET-DATASET", [(121.25, 31.25, 12)])
    run = run_coverage(by=people["paul"])
    drive = CareDrive.objects.create(
        name="送清凉", season="summer", days=(date(2026, 7, 1), date(2026, 8, 1))
    )
    shared: dict[str, Any] = {"run": run, "drive": drive}
    worlds = {
        "own": World("own", 1, union, people["mona"], officer=people["bob"], **shared),
        "other": World("other", 2, bank, people["nina"], officer=people["beth"], **shared),
    }
    heat = told_quarter(worlds["own"].public, by=people["paul"])
    for world in worlds.values():
        world.heat = heat
    User.objects.filter(pk=people["gone"].pk).update(is_active=False)
    return Cast(people, worlds)
