from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"

    def ready(self) -> None:
        from engagements import own_panels, personal_data

        own_panels.register()
        personal_data.register_sources()
        personal_data.register_kinds()
