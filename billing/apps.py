from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        """Tell the storeys below what billing can show and send."""
        from advisory.kernel import outbox
        from billing.discounts import panels as discounts
        from billing.discounts import pot_panels
        from billing.invoicing import engagement_page, files, mail, panels

        discounts.register()
        pot_panels.register()
        panels.register()
        engagement_page.register()
        outbox.register(mail.KIND, files.attach)
