from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "advisory.web"
    label = "web"
