"""Nothing about people lies in a table that nobody thought of."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from advisory.kernel.personal_data import sources
from advisory.kernel.personal_data.export import plain
from advisory.kernel.users import User
from clients.models import Contact, Organisation

ALL = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
#: Columns by whose name alone nobody must ever be handed the value.
SECRET = ("password", "digest", "token", "secret", "session_key", "session_data", "key_hash")


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
def test_every_table_is_a_source_or_left_out_with_a_reason(model: type[models.Model]) -> None:
    table = model._meta.label_lower
    known = {source.table for source in sources.sources()}
    assert (table in known) != (table in sources.left_out()), f"{table}: advisory.kernel.personal_data.sources"


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
def test_a_table_that_is_left_out_has_no_link_to_a_contact_and_no_free_text_of_ours(model: type[models.Model]) -> None:
    if model._meta.label_lower not in sources.left_out() or not model.__module__.startswith(
        ("advisory", "clients", "engagements", "billing")
    ):
        return
    linked = {column.related_model for column in model._meta.concrete_fields if column.is_relation}
    assert not linked & {User, Contact, Organisation}, model._meta.label
    written = {column.name for column in sources.text_columns(model)} - {"code", "kind", "head", "findings"}
    assert not written, f"{model._meta.label}: {written}"


def test_every_link_to_an_organisation_or_a_contact_is_followed() -> None:
    for source in sources.sources():
        for column in source.model._meta.concrete_fields:
            is_its_own = column.name not in ("parent", "beneficiary")
            if column.is_relation and column.related_model is Organisation and is_its_own:
                assert source.organisation == column.name, f"{source.table}.{column.name}"
            if column.is_relation and column.related_model is Contact:
                assert column.name in source.about["clients.contact"], f"{source.table}.{column.name}"


def test_what_a_source_names_is_there() -> None:
    for source in sources.sources():
        for name in (*source.secret, *source.closed, *source.addresses, *source.emptied, *source.shown):
            try:
                source.model._meta.get_field(name)
            except FieldDoesNotExist:
                pytest.fail(f"{source.table} has no {name}")
        if source.day:
            source.rows.order_by(source.day).values(source.day)


def test_no_secret_is_handed_out() -> None:
    for source in sources.sources():
        for column in source.model._meta.concrete_fields:
            if any(word in column.name for word in SECRET) and not isinstance(column, models.ForeignKey):
                assert column.name in source.secret, f"{source.table}.{column.name}"


def test_amounts_and_days_become_plain() -> None:
    from datetime import date
    from decimal import Decimal

    from advisory.kernel.fields import nok

    assert plain(nok("612000.50")) == "612000.50"
    assert plain(date(2026, 11, 20)) == "2026-11-20"
    assert plain(Decimal("25.00")) == "25.00"
