"""Chapter 3, review, filing and change, sentence by sentence, through the pages that the unions and the centre use."""

import pytest
from django.urls import reverse

from stations.filing.models import Filing, FilingStep
from stations.registry.models import Acceptance, Have, Nameplate, Station
from tests.conftest import person

pytestmark = pytest.mark.django_db


class Officer:
    """Somebody of a union, or of the centre, at the pages of filings."""

    def __init__(self, client):
        self.client = client

    def begins(self, kind):
        answer = self.client.post("/desk/filings/new/", {"kind": kind})
        return Filing.objects.get(pk=answer["Location"].split("/")[3])

    def writes_the_head(self, filing, name="乙某"):
        head = {"contact_name": name, "contact_email": "b@example.org", "contact_phone": "021-62345678"}
        return self.client.post(self.url("head", filing), {**head, "version": self.version(filing)})

    def writes_a_row(self, filing, name, lon, **more):
        row = {
            "name": name, "address": "测试路1号", "kind": "relay", "host_kind": "bank", "host_name": "某银行",
            "lon": lon, "lat": "31.25", "datum": "wgs84", "hours_text": "上午9:00——下午5:00", "area_m2": "3",
            "services": ["water", "climate", "meal", "charging", "rest"], "facilities": ["aircon", "fridge"],
            "planned_completion": "2026年6月", "manager_name": "甲某", "mobile": "13900000001", **more,
        }  # fmt: skip
        return self.client.post(self.url("add", filing), row)

    def chooses(self, filing, station, reason):
        return self.client.post(self.url("choose", filing), {"station": station.pk, "reason": reason})

    def accepts(self, filing, **lacking):
        for item in filing.items.all():
            found = {f"found-{have.pk}": "yes" for have in Have.objects.all()}
            for code, note in lacking.items():
                found |= {f"found-{code}": "no", f"note-{code}": note}
            self.client.post(self.url("acceptance", filing, item.pk), found)

    def takes(self, step, filing, comment=""):
        given = {"step": step, "comment": comment, "version": self.version(filing)}
        answer = self.client.post(self.url("step", filing), given)
        filing.refresh_from_db()
        return answer

    def sees(self, filing):
        return self.client.get(self.url("filing", filing)).content.decode()

    @staticmethod
    def url(name, filing, *more):
        return reverse(f"filing:{name}", args=[filing.pk, *more])

    @staticmethod
    def version(filing):
        return Filing.objects.get(pk=filing.pk).version


@pytest.fixture
def union(bob, signed_in):
    return Officer(signed_in(bob))


@pytest.fixture
def centre(alice, signed_in):
    return Officer(signed_in(alice))


@pytest.fixture
def three_filed(union):
    """Annex 2 of West's union with three stations, handed in."""
    filing = union.begins("new")
    union.writes_the_head(filing)
    for number in (1, 2, 3):
        union.writes_a_row(filing, f"第{number}站", f"121.{number}")
    union.takes("submit", filing)
    return filing


def test_article_1_the_union_accepts_by_the_standard_itself(union, centre, three_filed):
    """一、审核：各区、局（产业）工会按创设标准自行审核验收。"""
    assert union.takes("review", three_filed).status_code == 422  # nobody has looked at the stations yet
    union.accepts(three_filed)
    assert set(Acceptance.objects.values_list("by__username", flat=True)) == {"bob"}
    assert Acceptance.objects.filter(accepted=True).count() == 3 * 6
    assert centre.takes("review", three_filed).status_code == 403  # 自行
    union.takes("review", three_filed)
    assert three_filed.state == "reviewed"


def test_article_2_the_union_recommends_on_the_form_and_the_centre_issues_nameplates(
    union, centre, three_filed, client
):
    """二、报备：各区、局（产业）工会汇总验收结果、统一推荐，填写备案表；第二章二（六）：统一对审核通过后的站点授予铭牌。"""
    union.accepts(three_filed)
    union.takes("review", three_filed)
    assert centre.takes("approve", three_filed).status_code == 422  # 推荐 comes first
    union.takes("recommend", three_filed, "请予授牌")
    assert not Nameplate.objects.exists()
    assert client.get(f"/stations/{Station.objects.first().pk}/").status_code == 404
    centre.takes("approve", three_filed, "同意")

    numbers = ["310101-0001", "310101-0002", "310101-0003"]
    assert list(Station.objects.order_by("name").values_list("nameplate_no", flat=True)) == numbers
    assert set(Nameplate.objects.values_list("issued_by__username", flat=True)) == {"alice"}
    for station in Station.objects.all():
        assert station.nameplate_no in client.get(f"/stations/{station.pk}/").content.decode()
    page = union.sees(three_filed)
    for shown in (*numbers, "乙某", "甲某", "请予授牌", "同意"):
        assert shown in page
    way = ["submitted", "reviewed", "recommended", "approved"]
    assert list(FilingStep.objects.values_list("to_state", flat=True)) == way


def test_annex_2_the_form_names_what_is_empty_before_it_is_handed_in(union):
    """附件2：推荐单位名称、负责人姓名、邮箱、电话；站点名称、地址、负责人、手机、开放时间、面积、服务项目。"""
    filing = union.begins("new")
    union.writes_a_row(filing, "第1站", "121.1", mobile="")
    answer = union.takes("submit", filing)
    assert "推荐单位负责人" in answer.content.decode()
    union.writes_the_head(filing)
    answer = union.takes("submit", filing)
    assert "“第1站”的信息不完整" in answer.content.decode()
    assert filing.state == "draft"


def test_a_filing_returned_with_its_reason_is_corrected_and_goes_the_way_again(union, centre, three_filed):
    union.accepts(three_filed)
    union.takes("review", three_filed)
    union.takes("recommend", three_filed)
    assert centre.takes("return", three_filed).status_code == 422  # without a reason
    centre.takes("return", three_filed, "第2站的地址不全")
    assert "第2站的地址不全" in union.sees(three_filed)
    item = three_filed.items.get(position=2)
    row = union.client.get(union.url("edit", three_filed, item.pk)).context["form"].initial
    given = {**row, "address": "测试路2号底楼", "version": item.station.version}
    assert union.client.post(union.url("edit", three_filed, item.pk), given).status_code == 302
    for step in ("submit", "review", "recommend"):  # what was accepted stays accepted
        union.takes(step, three_filed)
    centre.takes("approve", three_filed)
    assert three_filed.state == "approved"
    assert Station.objects.get(nameplate_no="310101-0002").address == "测试路2号底楼"


def test_a_station_that_lacks_one_of_the_six_is_not_recommended(union, three_filed):
    """第二章二：按照“六有”标准进行规范创设。"""
    union.accepts(three_filed, signage="室外没有铭牌位置")
    answer = union.takes("review", three_filed)
    assert "有标识" in answer.content.decode()
    union.takes("return", three_filed, "请先落实铭牌位置")
    assert three_filed.state == "returned"


def test_chapter_2_article_1_a_sanitation_station_is_upgraded_when_the_time_has_come(
    union, centre, make_station
):
    """先设立环卫工会爱心接力站，待条件成熟后升级为户外职工爱心接力站。"""
    station = make_station("环卫站", kind="sanitation", nameplate_no="310101-0001")
    filing = union.begins("upgrade")
    union.writes_the_head(filing)
    union.chooses(filing, station, "条件成熟")
    union.takes("submit", filing)
    union.accepts(filing)
    for step in ("review", "recommend"):
        union.takes(step, filing)
    centre.takes("approve", filing)
    station.refresh_from_db()
    assert (station.kind, station.nameplate_no) == (
        "relay",
        "310101-0002",
    )  # a new number: none is used twice
    old = Nameplate.objects.get(number="310101-0001")
    assert (old.reason, old.withdrawn_at is not None) == ("条件成熟", True)


def test_a_station_is_withdrawn_and_its_nameplate_with_it(union, centre, make_station, client):
    station = make_station("搬走的站", nameplate_no="310101-0007")
    filing = union.begins("withdrawal")
    union.writes_the_head(filing)
    union.chooses(filing, station, "")
    assert union.takes("submit", filing).status_code == 422  # 撤销原因
    [item] = filing.items.all()
    union.client.post(union.url("reason", filing, item.pk), {"reason": "场地合同到期"})
    for step in ("submit", "review", "recommend"):
        union.takes(step, filing)
    centre.takes("approve", filing)
    station.refresh_from_db()
    assert (station.status, station.nameplate_no) == ("withdrawn", None)
    register = centre.client.get("/desk/filings/nameplates/?fate=withdrawn").content.decode()
    assert "310101-0007" in register
    assert "场地合同到期" in register
    assert client.get(f"/stations/{station.pk}/").status_code == 404


def test_a_union_neither_sees_nor_moves_anothers_filing(three_filed, east_union, signed_in):
    other = Officer(signed_in(person("emma", "union_officer", union=east_union)))
    assert other.client.get(other.url("filing", three_filed)).status_code == 404
    assert other.takes("review", three_filed).status_code == 404
    assert "第1站" not in other.client.get("/desk/filings/?state=all").content.decode()
