"""`manage.py prepare`: what has to be true before serving, in one process, since each start of Django costs seconds."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from geo import history


class Command(BaseCommand):
    help = "Bring tables and static files up to date, and make the demonstration city if there is no station."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        role = settings.JIELI_APP_ROLE
        if role and not history.role_exists(role):
            raise CommandError(
                f"There is no database role {role}: see docs/operations.md, Two database roles."
            )
        if not options["no_demo"]:
            call_command("demo", "--if-empty")
        collected = Path(settings.STATIC_ROOT)
        stamp = collected.with_name("static.sources")
        sources = fingerprint()
        if not collected.exists() or not stamp.exists() or stamp.read_text() != sources:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(sources)


def fingerprint() -> str:
    """Of every static file's path, size and time of change: hashing and compressing them again takes 5 to 10 s."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
