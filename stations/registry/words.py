"""The words of Annex 2 and chapter 2 as people write them in tables: headings, and the closed lists.

The first word of each is the one that exports write; all of them are read.
"""

import re
import unicodedata
from functools import cached_property

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_FILLING = re.compile(r"[\s_*:.\-]+")


def key(text: str) -> str:
    """What two spellings of one word share: full width, case, spaces and signs do not count."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", text)).casefold()


class Words(dict[str, tuple[str, ...]]):
    """From each code to its spellings."""

    @cached_property
    def codes(self) -> dict[str, str]:
        """From the key of every spelling, the code itself included, to the code."""
        return {key(word): code for code, spellings in self.items() for word in (code, *spellings)}


COLUMNS = Words(
    {
        "nameplate_no": ("铭牌编号", "站点编号", "编号"),
        "name": ("推荐站点名称", "站点名称", "名称", "站名"),
        "kind": ("类型", "站点类型"),
        "status": ("状态", "站点状态"),
        "address": ("地址", "站点地址", "详细地址"),
        "district": ("区", "所属区", "所在区", "行政区"),
        "lon": ("经度", "longitude", "lng"),
        "lat": ("纬度", "latitude"),
        "union": ("推荐单位", "推荐单位名称", "所属工会"),
        "host_kind": ("创设载体", "载体类型"),
        "host_name": ("载体名称", "所在单位", "创设单位"),
        "manager_name": ("站点负责人", "负责人", "负责人姓名", "站长"),
        "mobile": ("负责人手机", "负责人手机号", "手机", "手机号", "手机号码"),
        "public_phone": ("公开电话", "服务电话", "咨询电话"),
        "hours": ("开放时间", "服务时间", "营业时间", "opening_hours"),
        "area_m2": ("站点区域面积", "区域面积", "面积", "area"),
        "services": ("服务项目", "服务内容"),
        "facilities": ("设施", "配套设施"),
        "planned_completion": ("计划完成时间", "计划完成日期"),
        "errors": ("问题", "错误"),
    }
)
CONTACT_COLUMNS = ("manager_name", "mobile")
NUMBER = "序号"  # of a row, which the registry does not keep
EXAMPLE = "（示例）某某银行测试路网点"  # the name in the form's example, which no import reads
FOOT = ("推荐单位负责人签名", "推荐单位盖章", "备注")  # how the lines below Annex 2's list begin
REQUIRED_COLUMNS = ("name", "address", "lon", "lat")

KINDS = Words(
    {
        "relay": ("户外职工爱心接力站", "爱心接力站", "接力站"),
        "sanitation": ("环卫爱心接力站", "环卫工会爱心接力站", "环卫"),
    }
)
STATUSES = Words(
    {
        "planned": ("筹建", "计划", "筹备"),
        "active": ("启用", "开放", "正常"),
        "suspended": ("暂停", "停用"),
        "withdrawn": ("撤销", "取消", "收回铭牌"),
    }
)
HOST_KINDS = Words(
    {
        "bank": ("银行",),
        "telecom": ("通讯营业网店", "通讯营业网点", "通信营业厅", "通讯", "通信"),
        "supermarket": ("超市卖场", "超市", "卖场"),
        "pharmacy": ("药房", "药店"),
        "restaurant": ("饭店", "餐厅", "餐馆"),
        "hotel": ("快捷酒店", "酒店"),
        "campus_gate": ("高校门卫", "高校"),
        "service_centre": ("职工服务中心", "区职工服务中心"),
        "party_centre": ("党建服务中心", "街镇党建服务中心"),
        "grassroots": ("基层服务站",),
        "other": ("其他",),
    }
)
SERVICES = Words(
    {
        "water": ("饮水供给", "饮水"),
        "climate": ("避暑取暖", "避暑", "取暖"),
        "meal": ("餐食加热", "加热餐食", "热饭"),
        "charging": ("手机充电", "充电"),
        "rest": ("休息如厕", "休息", "如厕"),
        "other": ("其他服务", "其他", "其他服务项目"),
    }
)
CONDITIONS = Words(
    {
        "working": ("正常", "完好"),
        "broken": ("损坏", "故障"),
        "removed": ("撤除", "已撤"),
    }
)


def column_of(heading: str) -> str | None:
    """The column that a heading means; units and remarks in brackets do not count: “站点 区域面积（m²）” is area_m2."""
    return COLUMNS.codes.get(key(bare(heading)))


def bare(heading: str) -> str:
    """Without what stands in brackets."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))


def heading_of(column: str) -> str:
    """The Chinese heading that exports write."""
    return COLUMNS[column][0]
