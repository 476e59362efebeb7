from django.apps import AppConfig


class FilingConfig(AppConfig):
    name = "stations.filing"
    label = "filing"
    verbose_name = "Filing"

    def ready(self) -> None:
        from stations.filing import checks

        checks.nameplate_pattern()
