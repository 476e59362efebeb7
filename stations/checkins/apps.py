from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "stations.checkins"
    label = "checkins"
    verbose_name = "Check-ins"

    def ready(self) -> None:
        from stations.checkins import alarms  # noqa: F401 - registers its checks
