from django.apps import AppConfig
from django.core.checks import register

from advisory.web import assets


class WebConfig(AppConfig):
    name = "advisory.web"
    label = "web"

    def ready(self) -> None:
        register(assets.assets_are_there)
