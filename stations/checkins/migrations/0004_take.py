"""The statement that takes check-ins."""

from django.db import migrations

from stations.checkins.intake.taking_sql import TAKE, UNDO


class Migration(migrations.Migration):
    dependencies = [("checkins", "0003_busy_quarter")]

    operations = [migrations.RunSQL(TAKE, UNDO)]
