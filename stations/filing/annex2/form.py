"""Annex 2 as a form: its title, its head, its columns in their order, and how each is filled in.

The paper is Chinese in whichever language its reader uses the site, as the regulation has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stations.registry import words

TITLE = "创设“户外职工爱心接力站”备案表"
SECTION = "推荐站点主要信息（可附页）"
SIGNATURE, SEAL = "推荐单位负责人签名", "推荐单位盖章"
REMARKS = (
    "备注：1、《备案表》一式三份，其中一份推荐单位自行存档，两份上报市总职工援助服务中心。",
    "2、《备案表》电子版发至邮箱：12351@sh12351.org。",
)
COPIES = ("第一联 推荐单位存档", "第二联 上报市总职工援助服务中心", "第三联 上报市总职工援助服务中心")

UNION, CONTACT_NAME, CONTACT_EMAIL, CONTACT_PHONE = "推荐单位名称", "负责人姓名", "负责人邮箱", "负责人电话"
DATUM = "坐标系"
HEAD = {
    "union": UNION,
    "contact_name": CONTACT_NAME,
    "contact_email": CONTACT_EMAIL,
    "contact_phone": CONTACT_PHONE,
    "datum": DATUM,
}
DATUM_NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
NUMBER = words.NUMBER
REASON = "原因"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the form: the registry's name of it, its heading, its width in characters, and how to fill it in."""

    name: str
    heading: str
    width: int
    required: str
    how: str
    example: str


_SERVICES = "、".join(spellings[0] for spellings in words.SERVICES.values())
_HOSTS = "、".join(spellings[0] for spellings in words.HOST_KINDS.values())

COLUMNS = (
    Column(name="name", heading="推荐站点名称", width=24, required="必填", how="站点全称，80 字以内。",
           example="某某银行测试路网点"),
    Column(name="address", heading="地址", width=28, required="必填", how="路名和门牌号，160 字以内。",
           example="测试路 1 号"),
    Column(name="manager_name", heading="站点负责人", width=11, required="提交时必填", how="站长姓名。不对外公开。",
           example="张某"),
    Column(name="mobile", heading="负责人手机", width=14, required="提交时必填",
           how="11 位手机号，或区号加电话号码。不对外公开。", example="13900000000"),
    Column(name="hours", heading="开放时间", width=22, required="提交时必填",
           how="照平时的写法：9:00-17:00；周一至周五 上午9:00-下午5:00；8:30-11:00,13:30-17:00；24小时。"
               "分季节的只写现在执行的时间。", example="周一至周五 上午9:00-下午5:00"),
    Column(name="area_m2", heading="站点区域面积（m²）", width=10, required="提交时必填", how="平方米，大于 0。",
           example="3.5"),
    Column(name="services", heading="服务项目（结合站点实际填写）", width=26, required="提交时必填",
           how=f"从下列各项中选，用顿号隔开：{_SERVICES}。", example="饮水供给、避暑取暖、手机充电"),
    Column(name="planned_completion", heading="计划完成时间", width=12, required="选填",
           how="年-月-日；只写年月的，按当月最后一天。已建成的留空。", example="2026-06-30"),
    Column(name="district", heading="区", width=10, required="选填",
           how="站点所在的区，用来核对经纬度。留空则以地图上的位置为准。", example=""),
    Column(name="lon", heading="经度", width=13, required="必填", how="十进制度数。坐标系在表头选。", example="121.4737"),
    Column(name="lat", heading="纬度", width=13, required="必填", how="十进制度数。坐标系在表头选。", example="31.2304"),
    Column(name="facilities", heading="设施", width=26, required="选填",
           how="已有的设施，用顿号隔开；损坏的在后面注明：冰箱（损坏 2026-03-01）。", example="空调、冰箱、微波炉、饮水机"),
    Column(name="host_kind", heading="创设载体", width=13, required="选填", how=f"从下列各项中选：{_HOSTS}。",
           example="银行"),
    Column(name="host_name", heading="载体名称", width=20, required="选填", how="站点所在的单位，80 字以内。",
           example="某某银行"),
    Column(name="kind", heading="类型", width=18, required="选填",
           how="户外职工爱心接力站，或环卫爱心接力站。留空为前者。", example="户外职工爱心接力站"),
    Column(name="public_phone", heading="公开电话", width=13, required="选填", how="对外公布的电话。留空为 12351。",
           example="12351"),
)  # fmt: skip
PAPER_COLUMNS = COLUMNS[:8]  # those of Annex 2 itself; the others are what the map needs
PLATE = Column(name="nameplate_no", heading="铭牌编号", width=16, required="", how="", example="")

EXAMPLE: Mapping[str, str] = {one.name: one.example for one in COLUMNS} | {"name": words.EXAMPLE}
