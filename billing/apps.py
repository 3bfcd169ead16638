from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        """Tell the storeys below what billing can show and send."""
        from advisory.kernel import outbox, texts
        from billing import personal_data
        from billing.discounts import letter_kinds, pot_panels
        from billing.discounts import panels as discounts
        from billing.invoicing import engagement_page, files, mail, panels
        from billing.yearend import held_months

        personal_data.register_sources()
        personal_data.register_kinds()
        held_months.register()
        discounts.register()
        pot_panels.register()
        panels.register()
        engagement_page.register()
        outbox.register(mail.KIND, files.attach)
        texts.register(mail.INVOICE, mail.CREDIT_NOTE, *letter_kinds.ALL)
