from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "analysis.activity"
    label = "activity"
    verbose_name = "Observed activity"
