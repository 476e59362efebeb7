from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "stations.registry"
    label = "registry"
    verbose_name = "Station registry"
