from django.apps import AppConfig
from django.core.checks import register

from advisory.web import assets


class WebConfig(AppConfig):
    name = "advisory.web"
    label = "web"

    def ready(self) -> None:
        from advisory.web.home import questions_card
        from clients import panels

        register(assets.assets_are_there)
        panels.register_portal_card(questions_card)
