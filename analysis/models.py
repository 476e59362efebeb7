"""AnalysisRun: what was asked, of which data, with which parameters, and what came out."""

from django.db import models

from stations.unions.models import User


class AnalysisRun(models.Model):
    """One answer to one planner's question. A run is never changed: asking again makes another run."""

    class Question(models.TextChoices):
        COVERAGE = "coverage"
        HEAT = "heat"

    question = models.CharField(max_length=20, choices=Question)
    parameters = models.JSONField(help_text="every parameter with its unit in the name")
    inputs = models.JSONField(help_text="which data went in: datasets, stations, their counts and versions")
    summary = models.JSONField(help_text="the totals")
    result = models.BinaryField(help_text="the answer by cell and hour of the week, as Parquet")
    usage = models.BinaryField(
        default=bytes,
        help_text="coverage: check-ins per open station-hour by cell and hour; heat: the stations; as Parquet",
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.question} run {self.pk}"
