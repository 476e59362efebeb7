"""WSGI entry point: `gunicorn geo.wsgi`. Whatever serves through it is the application's database role, not the owner."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geo.settings")
os.environ.setdefault("JIELI_DATABASE_ROLE", "app")

application = get_wsgi_application()
