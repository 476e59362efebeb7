from django.apps import AppConfig


class UnionsConfig(AppConfig):
    name = "stations.unions"
    label = "unions"
    verbose_name = "Trade unions and people"
