from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        """Put this storey's own events, sheets and tabs into the panels."""
        from clients import own_panels

        own_panels.register()
