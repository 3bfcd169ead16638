from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "advisory.kernel"
    label = "kernel"

    def ready(self) -> None:
        from advisory.kernel import own_personal_data
        from advisory.kernel.second_factor import watch_authenticators
        from advisory.kernel.sessions import watch_sign_ins
        from advisory.kernel.single_sign_on import watch_connections

        own_personal_data.register_sources()
        own_personal_data.register_kinds()
        watch_authenticators()
        watch_sign_ins()
        watch_connections()
