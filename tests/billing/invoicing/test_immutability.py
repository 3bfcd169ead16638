"""Issued rows: every column, every way in, refused by the database itself, also after a table was remade."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from advisory.kernel import guards
from advisory.kernel.fields import nok
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.models import (
    CostBase,
    CostLine,
    DocumentFile,
    Invoice,
    InvoicedHour,
    InvoiceLine,
    InvoiceVat,
    PotEntry,
    PotShare,
    RateVersion,
    Tier,
    TierDecision,
    TierTable,
)
from engagements.models import HourHold, TimeEntry
from tests import builders as b

FROZEN: tuple[type[models.Model], ...] = (
    Invoice, InvoiceLine, InvoiceVat, InvoicedHour, DocumentFile, RateVersion, TierTable, Tier, TierDecision, PotEntry,
    PotShare,
)  # fmt: skip


def arrange() -> Invoice:
    """An issued invoice with its lines, hours and file; returns it."""
    by = b.administrator()
    b.seller()
    b.rate()
    b.pot(by=by)
    org = b.organisation()
    b.decision(org)
    b.entry(b.engagement(org, b.advisor()), 90)
    [draft] = gather(up_to=b.TODAY, by=by, now=b.NOW)
    [invoice] = issue({draft.pk: None}, by=by, now=b.NOW).invoices
    DocumentFile.objects.create(
        invoice=invoice, kind="pdf", name="x.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
        content=b"x", made_at=b.NOW,
    )  # fmt: skip
    return invoice


def refused(act: Callable[[], Any], what: str = "") -> None:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return
    pytest.fail(f"The database let it happen: {what or act}")


def sql(statement: str, *values: Any) -> Callable[[], Any]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return act


def quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


@pytest.fixture
def invoice(db: None) -> Invoice:
    made = arrange()
    connection.check_constraints()  # Deferred keys are due: PostgreSQL truncates nothing while they wait.
    return made


@pytest.mark.parametrize("model", FROZEN, ids=lambda model: model.__name__)
def test_no_column_of_an_issued_row_can_be_changed(invoice: Invoice, model: type[models.Model]) -> None:
    manager: Any = model._default_manager
    row = manager.first()
    assert row is not None
    for field in model._meta.concrete_fields:
        value = {field.attname: getattr(row, field.attname)}
        refused(partial(manager.filter(pk=row.pk).update, **value), field.name)
        if not field.primary_key:
            refused(partial(manager.bulk_update, [row], [field.name]), field.name)
        table, column = quoted(model._meta.db_table), quoted(field.column)
        refused(sql(f"UPDATE {table} SET {column} = {column}"), field.name)


@pytest.mark.parametrize("model", FROZEN, ids=lambda model: model.__name__)
def test_no_issued_row_can_be_deleted_or_replaced(invoice: Invoice, model: type[models.Model]) -> None:
    manager: Any = model._default_manager
    table = quoted(model._meta.db_table)
    before = list(manager.values())
    refused(sql(f"DELETE FROM {table}"))
    refused(lambda: manager.all()._raw_delete(connection.alias))
    if connection.vendor == "postgresql":
        refused(sql(f"TRUNCATE {table} CASCADE"))
    else:
        refused(sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    assert list(manager.values()) == before


@pytest.mark.parametrize("model", [InvoiceLine, InvoiceVat, InvoicedHour, PotShare], ids=lambda model: model.__name__)
def test_nothing_can_be_added_to_an_issued_invoice(invoice: Invoice, model: type[models.Model]) -> None:
    manager: Any = model._default_manager
    row = manager.get()
    row.pk, row._state.adding = None, True
    if hasattr(row, "position"):
        row.position = 9
    if hasattr(row, "percent"):
        row.percent = 15
    if isinstance(row, InvoicedHour):
        row.entry = b.entry(b.engagement(invoice.organisation, b.advisor()), 30)
    refused(lambda: row.save(force_insert=True))
    assert manager.count() == 1


def test_a_billed_hour_cannot_be_changed_or_deleted(invoice: Invoice) -> None:
    refused(lambda: TimeEntry.objects.update(minutes=1))
    refused(lambda: TimeEntry.objects.all()._raw_delete(connection.alias))


def test_a_cost_base_is_closed_once_its_rate_is_adopted(invoice: Invoice) -> None:
    refused(lambda: CostLine.objects.update(amount=1))
    refused(lambda: CostBase.objects.update(billable_hours=1))
    base = CostBase.objects.get()
    refused(lambda: CostLine.objects.create(cost_base=base, position=2, label="Til", amount=1))


def test_a_second_invoice_for_a_held_hour_is_refused(invoice: Invoice) -> None:
    refused(lambda: HourHold.objects.create(entry=TimeEntry.objects.get(), draft=77))


def test_sums_that_do_not_add_up_are_refused(invoice: Invoice) -> None:
    other = Invoice.objects.get()
    other.number, other.draft, other.hash, other._state.adding = 202600002, None, "1" * 64, True
    other.total = other.total + nok("0.01")
    refused(lambda: other.save(force_insert=True))


@pytest.mark.usefixtures("committed")
def test_the_guards_stand_after_a_table_was_remade() -> None:
    invoice = arrange()
    extra = models.IntegerField(default=0)
    extra.set_attributes_from_name("extra")
    tables = (Invoice, InvoiceLine, TimeEntry, HourHold, PotEntry)
    with connection.schema_editor() as editor:
        for model in tables:
            editor.add_field(model, extra)
    try:
        assert guards.missing(connection) == set()
        refused(sql("UPDATE billing_invoice SET total = total"))
        refused(sql("DELETE FROM billing_invoiceline"))
        refused(sql("UPDATE engagements_timeentry SET minutes = 1"))
        assert invoice.number == Invoice.objects.get().number
    finally:
        with connection.schema_editor() as editor:
            for model in tables:
                editor.remove_field(model, extra)


@pytest.mark.usefixtures("committed")
def test_verify_ledger_names_the_first_number_that_was_tampered_with() -> None:
    first = arrange()
    second = credit(first, reason="Feil", release_hours=True, by=first.issued_by, now=b.NOW)
    assert verify().documents == 2
    guards.lift(connection)
    for statement, number in (
        ("UPDATE billing_invoice SET subject = 'x' WHERE number = 202600002", second.number),
        ("UPDATE billing_invoicedhour SET text = 'x'", first.number),
        ("UPDATE billing_invoicevat SET reason = 'x' WHERE invoice_id = 202600001", first.number),
        ("UPDATE billing_invoiceline SET note = 'x' WHERE invoice_id = 202600001", first.number),
        ("UPDATE billing_potshare SET amount = amount - 0.01 WHERE invoice_id = 202600001", first.number),
    ):
        with transaction.atomic():
            sql(statement)()
            broken = verify().broken
            assert broken is not None
            assert broken.number == number
            transaction.set_rollback(True)
    assert verify().broken is None


@pytest.mark.usefixtures("committed")
def test_a_deleted_tail_is_named_by_the_counter() -> None:
    first = arrange()
    guards.lift(connection)
    with transaction.atomic():
        for table in (
            "billing_documentfile",
            "billing_invoicedhour",
            "billing_invoicevat",
            "billing_potshare",
            "billing_invoiceline",
        ):
            sql(f"DELETE FROM {table}")()
        sql("DELETE FROM billing_invoice")()
        broken = verify().broken
        assert broken is not None
        assert broken.number == first.number
        transaction.set_rollback(True)
