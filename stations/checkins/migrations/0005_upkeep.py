"""What the upkeep of check-ins remembers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0004_take"),
    ]

    operations = [
        migrations.CreateModel(
            name="Purge",
            fields=[
                ("before", models.DateField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="UpkeepStep",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(help_text="when it last went well", null=True)),
                (
                    "trouble",
                    models.CharField(blank=True, help_text="what was wrong the last time", max_length=200),
                ),
            ],
        ),
    ]
