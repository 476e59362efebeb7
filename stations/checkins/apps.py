from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "stations.checkins"
    label = "checkins"
    verbose_name = "Check-ins"
