from django.apps import AppConfig


class FilingConfig(AppConfig):
    name = "stations.filing"
    label = "filing"
    verbose_name = "Filing"
