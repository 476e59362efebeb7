"""Publish when stations are usually busy (stations/checkins/usage/busy.py)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from stations.checkins.usage.busy import publish, shown_quarter


class Command(BaseCommand):
    help = "Publish the busy hours of the last settled quarter, once; the daily upkeep does the same."

    def handle(self, *args: Any, **options: Any) -> None:
        count = publish(timezone.now())
        shown = shown_quarter()
        if count:
            self.stdout.write(self.style.SUCCESS(f"Published {count} hours of the quarter from {shown} on."))
        else:
            self.stdout.write(f"Nothing to publish. The public sees: {shown or 'nothing yet'}.")
