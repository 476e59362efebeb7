from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "stations.checkins"
    label = "checkins"
    verbose_name = "Check-ins"

    def ready(self) -> None:
        from stations.checkins import checks
        from stations.checkins.keeping import alarms  # noqa: F401 - `alarms` registers its checks

        checks.site_url()
        checks.code_keys()
