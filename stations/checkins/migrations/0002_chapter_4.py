"""Chapter 4, 1. Check-ins move to a partitioned table; the SQL of it stands in `partition_sql`."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import stations.private
from stations.checkins.keeping.partition_sql import COUNTING, MAKE_PARTITION, MOVE_EARLIER_ROWS, TABLE


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("registry", "0005_pledge_stays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="CheckIn")]),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "who",
                        "station_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "who",
                    models.BinaryField(help_text="a pseudonym of the phone or of the address", max_length=16),
                ),
                (
                    "station_id",
                    models.BigIntegerField(help_text="0 where the phone is counted, at whichever station"),
                ),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="MonthKey",
            fields=[
                ("month", models.DateField(help_text="its first day", primary_key=True, serialize=False)),
                ("key", stations.private.PrivateTextField()),
            ],
        ),
        migrations.CreateModel(
            name="StationCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=120)),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "ordering": ["station", "-version"],
            },
        ),
        migrations.CreateModel(
            name="StationCodeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveSmallIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=120)),
                (
                    "issued_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="checkins.stationcode",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "occupation",
                    models.CharField(
                        choices=[
                            ("sanitation", "Sanitation worker"),
                            ("courier", "Courier"),
                            ("warden", "Warden"),
                            ("rider", "Delivery rider"),
                            ("taxi", "Taxi driver"),
                            ("trucker", "Logistics driver"),
                            ("traffic_police", "Traffic police"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=16,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tallies",
                "ordering": ["-day", "occupation"],
            },
        ),
        migrations.CreateModel(
            name="TallyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "occupation",
                    models.CharField(
                        choices=[
                            ("sanitation", "Sanitation worker"),
                            ("courier", "Courier"),
                            ("warden", "Warden"),
                            ("rider", "Delivery rider"),
                            ("taxi", "Taxi driver"),
                            ("trucker", "Logistics driver"),
                            ("traffic_police", "Traffic police"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=16,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="checkins.tally",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "station_id",
                        "day",
                        "hour",
                        "occupation",
                        "grade",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                (
                    "occupation",
                    models.CharField(
                        choices=[
                            ("sanitation", "Sanitation worker"),
                            ("courier", "Courier"),
                            ("warden", "Warden"),
                            ("rider", "Delivery rider"),
                            ("taxi", "Taxi driver"),
                            ("trucker", "Logistics driver"),
                            ("traffic_police", "Traffic police"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("screen", "Code on the station's screen"),
                            ("near", "Position near the station"),
                            ("code", "Code only"),
                        ],
                        max_length=6,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage",
                        to="registry.station",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WeekUse",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "station_id",
                        "month",
                        "occupation",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.DateField(help_text="its first day")),
                ("occupation", models.CharField(blank=True, help_text="empty: all together", max_length=16)),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), help_text="from Monday 0:00", size=168
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="week_use",
                        to="registry.station",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkerReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("closed", "It is closed"),
                            ("broken", "Something is broken"),
                            ("wrong_place", "It is not where the map says"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("voices", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.facilitytype",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="worker_reports",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "ordering": ["-last_at"],
            },
        ),
        migrations.CreateModel(
            name="WorkerReportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("closed", "It is closed"),
                            ("broken", "Something is broken"),
                            ("wrong_place", "It is not where the map says"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("voices", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.facilitytype",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="checkins.workerreport",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BusyHour",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "station_id",
                        "quarter",
                        "hour",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("quarter", models.DateField(help_text="its first day")),
                ("hour", models.PositiveSmallIntegerField()),
                ("level", models.PositiveSmallIntegerField(help_text="1 quiet, 2 busy, 3 very busy")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="busy_hours",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("hour__lte", 23)), name="busy_hour_of_day"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 3)), name="busy_level_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("check_in", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("good", models.BooleanField()),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="registry.station",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["station", "day"], name="opinion_station_day")],
            },
        ),
        migrations.AddConstraint(
            model_name="stationcode",
            constraint=models.UniqueConstraint(fields=("station", "version"), name="code_version_once"),
        ),
        migrations.AddConstraint(
            model_name="stationcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("station",),
                name="code_one_in_force_a_station",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationcode",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_stationcodeevent" ("id", "issued_at", "issued_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "revoked_at", "revoked_by_id", "station_id", "version") VALUES (NEW."id", NEW."issued_at", NEW."issued_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."revoked_at", NEW."revoked_by_id", NEW."station_id", NEW."version"); RETURN NULL;',
                    hash="e0462ece7ca9ee6247ef28f10832114c5a89d98a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4c7d2",
                    table="checkins_stationcode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationcode",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "checkins_stationcodeevent" ("id", "issued_at", "issued_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "revoked_at", "revoked_by_id", "station_id", "version") VALUES (NEW."id", NEW."issued_at", NEW."issued_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."revoked_at", NEW."revoked_by_id", NEW."station_id", NEW."version"); RETURN NULL;',
                    hash="1a384acc5b8c2a4c881b9b5c92d71c7ffb38e0ce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f0d56",
                    table="checkins_stationcode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationcode",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_stationcodeevent" ("id", "issued_at", "issued_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "revoked_at", "revoked_by_id", "station_id", "version") VALUES (OLD."id", OLD."issued_at", OLD."issued_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."revoked_at", OLD."revoked_by_id", OLD."station_id", OLD."version"); RETURN NULL;',
                    hash="9b3b26fe0ebb65fb0e6389cb1ce1969dcdedfb76",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5abbb",
                    table="checkins_stationcode",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("station", "day", "occupation"), name="tally_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 1), ("count__lte", 5000)), name="tally_count_plausible"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_tallyevent" ("at", "by_id", "count", "day", "id", "occupation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id") VALUES (NEW."at", NEW."by_id", NEW."count", NEW."day", NEW."id", NEW."occupation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."station_id"); RETURN NULL;',
                    hash="8d36d53aab3be4e0fd72190a02db0bf7dd2d118f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0c841",
                    table="checkins_tally",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "checkins_tallyevent" ("at", "by_id", "count", "day", "id", "occupation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id") VALUES (NEW."at", NEW."by_id", NEW."count", NEW."day", NEW."id", NEW."occupation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."station_id"); RETURN NULL;',
                    hash="18fe9c6fd8269361f1fc763f69b33c2103953940",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f4538",
                    table="checkins_tally",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tally",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_tallyevent" ("at", "by_id", "count", "day", "id", "occupation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id") VALUES (OLD."at", OLD."by_id", OLD."count", OLD."day", OLD."id", OLD."occupation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."station_id"); RETURN NULL;',
                    hash="e6fb3109c5ea17fec6fd949f40e7227ee02a3966",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_575b5",
                    table="checkins_tally",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="usage",
            index=models.Index(fields=["day"], name="usage_day"),
        ),
        migrations.AddConstraint(
            model_name="usage",
            constraint=models.CheckConstraint(
                condition=models.Q(("hour__lte", 23)), name="usage_hour_of_day"
            ),
        ),
        migrations.AddIndex(
            model_name="workerreport",
            index=models.Index(
                condition=models.Q(("settled_at", None)), fields=["station"], name="report_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="workerreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("facility", None)),
                fields=("station", "kind", "day"),
                name="report_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="workerreport",
            constraint=models.UniqueConstraint(
                fields=("station", "kind", "facility", "day"), name="report_once_a_day_and_facility"
            ),
        ),
        migrations.AddConstraint(
            model_name="workerreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["closed", "broken", "wrong_place"])),
                name="report_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workerreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("facility", None), ("kind", "broken"), _connector="OR"),
                name="report_facility_is_broken",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workerreport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_workerreportevent" ("day", "facility_id", "first_at", "id", "kind", "last_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "station_id", "voices") VALUES (NEW."day", NEW."facility_id", NEW."first_at", NEW."id", NEW."kind", NEW."last_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."settled_at", NEW."settled_by_id", NEW."station_id", NEW."voices"); RETURN NULL;',
                    hash="8c108a58d26fb07467541b135b375319d121fdf6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_91ff7",
                    table="checkins_workerreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workerreport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "checkins_workerreportevent" ("day", "facility_id", "first_at", "id", "kind", "last_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "station_id", "voices") VALUES (NEW."day", NEW."facility_id", NEW."first_at", NEW."id", NEW."kind", NEW."last_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."settled_at", NEW."settled_by_id", NEW."station_id", NEW."voices"); RETURN NULL;',
                    hash="4f16f097e53b09a8f974f81618e2f6076258cf24",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_072f9",
                    table="checkins_workerreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="workerreport",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "checkins_workerreportevent" ("day", "facility_id", "first_at", "id", "kind", "last_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "settled_by_id", "station_id", "voices") VALUES (OLD."day", OLD."facility_id", OLD."first_at", OLD."id", OLD."kind", OLD."last_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."settled_at", OLD."settled_by_id", OLD."station_id", OLD."voices"); RETURN NULL;',
                    hash="34da0c21667e41a757cff2603f9a6394f2108922",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5d51d",
                    table="checkins_workerreport",
                    when="AFTER",
                ),
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CheckIn",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "id", "at", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                editable=False, help_text="made by the phone, so that a retry is the same row"
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="the moment that it is counted for")),
                        ("made_at", models.DateTimeField(help_text="the same by the phone's clock")),
                        ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "occupation",
                            models.CharField(
                                choices=[
                                    ("sanitation", "Sanitation worker"),
                                    ("courier", "Courier"),
                                    ("warden", "Warden"),
                                    ("rider", "Delivery rider"),
                                    ("taxi", "Taxi driver"),
                                    ("trucker", "Logistics driver"),
                                    ("traffic_police", "Traffic police"),
                                    ("unknown", "Unknown"),
                                ],
                                default="unknown",
                                max_length=16,
                            ),
                        ),
                        (
                            "grade",
                            models.CharField(
                                choices=[
                                    ("screen", "Code on the station's screen"),
                                    ("near", "Position near the station"),
                                    ("code", "Code only"),
                                ],
                                default="code",
                                max_length=6,
                            ),
                        ),
                        (
                            "band",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("100", "up to 100 m"),
                                    ("300", "up to 300 m"),
                                    ("1000", "up to 1,000 m"),
                                    ("far", "farther than 1,000 m"),
                                    ("", "no position"),
                                ],
                                default="",
                                max_length=4,
                            ),
                        ),
                        (
                            "set_aside",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "counted"),
                                    ("clock", "the phone's clock is wrong by more than a day"),
                                    ("speed", "too far from the visit before or after to be one person"),
                                    ("round", "at work all round the clock"),
                                    ("cooling", "again at the same station within the cooling-down time"),
                                    ("device", "more visits than a phone is counted for in a day"),
                                    (
                                        "address",
                                        "more visits from one network address than a station is counted for in a day",
                                    ),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "pseudonym",
                            models.BinaryField(
                                help_text="HMAC of the device by the key of `at`'s month (stations/checkins/intake/pseudonyms.py)",
                                max_length=16,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_ins",
                                to="registry.station",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["station", "at"], name="checkin_station_at"),
                            models.Index(fields=["pseudonym", "at"], name="checkin_pseudonym_at"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "occupation__in",
                                        [
                                            "sanitation",
                                            "courier",
                                            "warden",
                                            "rider",
                                            "taxi",
                                            "trucker",
                                            "traffic_police",
                                            "unknown",
                                        ],
                                    )
                                ),
                                name="checkin_occupation_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("grade__in", ["screen", "near", "code"])),
                                name="checkin_grade_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("band__in", ["100", "300", "1000", "far", ""])),
                                name="checkin_band_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "set_aside__in",
                                        ["", "clock", "speed", "round", "cooling", "device", "address"],
                                    )
                                ),
                                name="checkin_set_aside_known",
                            ),
                        ],
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(sql) for sql in (TABLE, MAKE_PARTITION, COUNTING, MOVE_EARLIER_ROWS)
            ],
        ),
    ]
