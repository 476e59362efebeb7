"""Datasets of observed outdoor-worker activity: positions, stays or delivery points. For planners; never public."""

from django.contrib.gis.db import models
from django.db.models import F, Func, Q

from geo.models import DatumChoices, District
from stations.occupations import Occupation


class ActivityDataset(models.Model):
    """One imported file: what it was, what was read, and what was refused and why."""

    name = models.CharField(max_length=120, unique=True)
    source = models.CharField(max_length=200, blank=True, help_text="file name")
    licence = models.CharField(max_length=200, blank=True)
    occupation = models.CharField(max_length=16, choices=Occupation)
    datum = models.CharField(max_length=5, choices=DatumChoices, help_text="the datum the file is in")
    columns = models.JSONField(default=dict, help_text="our column -> the file's column")
    rows_read = models.PositiveIntegerField(default=0)
    rows_loaded = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict, help_text="reason -> number of rows")
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ActivityPoint(models.Model):
    """Somebody was at work here, at this time where the time is known."""

    dataset = models.ForeignKey(ActivityDataset, on_delete=models.CASCADE, related_name="points")
    point = models.PointField(geography=True, srid=4326, spatial_index=False)
    district = models.ForeignKey(District, on_delete=models.PROTECT)
    cell = models.BigIntegerField(help_text="H3 cell at resolution 9")
    at = models.DateTimeField(null=True, help_text="null: the file does not say when")
    hour_of_week = models.SmallIntegerField(null=True, help_text="0 = Monday 00:00-01:00, Asia/Shanghai")
    hour_of_day = models.SmallIntegerField(
        null=True, help_text="0-23, where the file tells the time of day but not the date"
    )
    worker = models.CharField(
        max_length=32, blank=True, help_text="pseudonym: a keyed hash of the file's worker id"
    )
    weight = models.FloatField(default=1)

    class Meta:
        indexes = [models.Index(fields=["dataset", "cell"], name="activity_dataset_cell")]
        constraints = [
            models.CheckConstraint(
                condition=Q(hour_of_week=None) | Q(hour_of_week__gte=0, hour_of_week__lt=168),
                name="activity_hour_of_week_in_week",
            ),
            models.CheckConstraint(
                condition=Q(hour_of_day=None) | Q(hour_of_day__gte=0, hour_of_day__lt=24, hour_of_week=None),
                name="activity_hour_of_day_without_weekday",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="activity_weight_positive"),
            models.CheckConstraint(
                condition=Func(
                    F("point"), function="geo_in_service_area", output_field=models.BooleanField()
                ),
                name="activity_point_in_service_area",
            ),
        ]

    def __str__(self) -> str:
        return f"activity point {self.pk}"
