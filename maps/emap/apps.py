from django.apps import AppConfig


class EmapConfig(AppConfig):
    name = "maps.emap"
