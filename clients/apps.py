from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        """Put this storey's own events, sheets and tabs into the panels, and say what its mails tell and hide."""
        from advisory.kernel import outbox, texts
        from clients import own_panels, personal_data
        from clients.invitations import mail

        own_panels.register()
        personal_data.register_sources()
        personal_data.register_kinds()
        outbox.hide(mail.KIND, mail.without_link)
        texts.register(mail.TO_MEMBERS, mail.TO_STAFF)
