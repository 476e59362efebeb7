"""The six basic facilities of chapter 2, 2 (5), and the extras that it names. The centre edits them from then on."""

from django.db import migrations

BASIC = [
    ("aircon", "空调", "Air conditioner"),
    ("fridge", "冰箱", "Refrigerator"),
    ("microwave", "微波炉", "Microwave oven"),
    ("water", "饮水机（茶桶）", "Water dispenser"),
    ("sockets", "充电排插", "Charging sockets"),
    ("seating", "桌椅", "Table and chairs"),
]
EXTRA = [
    ("wifi", "免费 Wi-Fi", "Free Wi-Fi"),
    ("first_aid", "外伤急救药箱", "First-aid kit"),
    ("reading", "书报架", "Newspaper rack"),
    ("toilet", "卫生间", "Toilet"),
]


def load(apps, schema_editor):
    facility_type = apps.get_model("registry", "FacilityType")
    facility_type.objects.bulk_create(
        facility_type(code=code, name_zh=zh, name_en=en, is_basic=(code, zh, en) in BASIC, position=position)
        for position, (code, zh, en) in enumerate(BASIC + EXTRA, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
