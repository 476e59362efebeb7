"""Plates already given enter the register, contacts already known are encrypted, and the two editable texts get their defaults."""

from datetime import date

from django.db import migrations

REGISTER_PLATES = """
    INSERT INTO registry_nameplate (number, station_id, issued_at, reason)
    SELECT nameplate_no, id, created_at, '' FROM registry_station WHERE nameplate_no IS NOT NULL
    ON CONFLICT (number) DO NOTHING;
"""

# Chapter 2, 2 (1)-(6). Provinces differ, so the centre edits this table.
HAVES = [
    ("premises", "有场所", "Premises", "相对固定的区域，面积在3平方米左右，也可利用站内共享区域",
     "A fairly fixed area of about 3 m², or a shared area inside the host's premises"),
    ("signage", "有标识", "Signage", "铭牌挂在室外醒目位置，室内公示服务公约和12351",
     "The nameplate outside where it is seen; the service pledge and 12351 inside"),
    ("staff", "有人员", "Staff", "明确一名站长，纳入考核", "One named station manager, who answers for the station"),
    ("services", "有服务", "Services", "饮水供给、避暑取暖、餐食加热、手机充电、休息如厕",
     "Water, cool or warm air, meal heating, phone charging, rest and toilet"),
    ("facilities", "有设施", "Facilities", "空调、冰箱、微波炉、饮水机（茶桶）、充电排插、桌椅六项基本设施齐备",
     "The six basic facilities: air conditioner, fridge, microwave, water dispenser, sockets, table and chairs"),
    ("safeguards", "有保障", "Safeguards", "设施正常使用，工作经费纳入单位年度经费预算",
     "Facilities kept working; the cost stands in the host's yearly budget"),
]  # fmt: skip

# Annex 1 is lost. This default says no more than the items of Annex 3 ask for; the centre puts its own text in its place.
PLEDGE_ZH = """一、热情接待每一位户外职工，态度亲切，使用文明用语。
二、服务时间内有工作人员在岗提供服务，引导户外职工扫码签到。
三、空调、冰箱、微波炉、饮水设备、充电插座、桌椅正常使用，损坏及时公示并修复。
四、铭牌挂在室外醒目位置，服务公约挂在室内醒目位置，保持环境清洁。
五、服务咨询、监督电话：12351。"""
PLEDGE_EN = """1. We welcome every outdoor worker kindly and politely.
2. Staff are present during the opening hours and help with the QR check-in.
3. Air conditioner, fridge, microwave, drinking water, sockets, table and chairs work; what is broken is announced and repaired.
4. The nameplate hangs outside and this pledge inside where they are seen; the place is kept clean.
5. Enquiries and complaints: 12351."""


def load(apps, schema_editor):
    have = apps.get_model("registry", "Have")
    have.objects.bulk_create(
        have(code=code, name_zh=zh, name_en=en, asks_zh=asks_zh, asks_en=asks_en, position=position)
        for position, (code, zh, en, asks_zh, asks_en) in enumerate(HAVES, start=1)
    )
    apps.get_model("registry", "Pledge").objects.create(
        version="示例 1", text_zh=PLEDGE_ZH, text_en=PLEDGE_EN, since=date(2018, 2, 27)
    )


def encrypt_contacts(apps, schema_editor):
    for contact in apps.get_model("registry", "StationContact").objects.exclude(mobile=""):
        contact.save(update_fields=["mobile"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_paper_side")]

    operations = [
        migrations.RunSQL(REGISTER_PLATES, migrations.RunSQL.noop),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(encrypt_contacts, migrations.RunPython.noop),
    ]
