from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "advisory.kernel"
    label = "kernel"
