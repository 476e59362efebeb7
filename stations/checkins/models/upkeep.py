"""What the upkeep remembers: which days' raw rows are gone, and how each of its steps went."""

from django.db import models


class Purge(models.Model):
    """Raw check-ins of local days before `before` are gone, or are going: written first, and for ever.

    What is left of such a day must never be taken for all of it: a recount of it would undo its counts.
    """

    before = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.before}"


class UpkeepStep(models.Model):
    """How a step of the upkeep went last (stations/checkins/keeping/upkeep.py)."""

    name = models.CharField(max_length=20, primary_key=True)
    ran_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, help_text="when it last went well")
    trouble = models.CharField(max_length=200, blank=True, help_text="what was wrong the last time")

    def __str__(self) -> str:
        return f"{self.name}: {self.trouble or 'well'}"
