"""Declaring income: closed years, honest days, evidence beside the figure, the figure out of the log."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.fields import nok
from clients.income import EvidenceFile, IncomeDeclaration
from clients.income.declare import ArrivedLater, ImpossibleIncome, YearNotClosed, declare
from clients.income.evidence import UnknownContent, Upload
from clients.notes.services import write
from tests import builders
from tests.builders import NOW, TODAY
from tests.clients.test_evidence import PDF

pytestmark = pytest.mark.django_db


def _declare(**facts: Any) -> IncomeDeclaration:
    org = facts.pop("organisation", None) or builders.organisation()
    by = facts.pop("by", None) or builders.member(org)
    usual: dict[str, Any] = {"year": 2025, "total_income": Decimal("412000.00"), "arrived_on": TODAY}
    return declare(organisation=org, by=by, now=NOW, **(usual | facts))


def test_a_declaration_is_stored_with_its_evidence_and_hash() -> None:
    made = _declare(files=[Upload("../årsregnskap.pdf", PDF)], comment="Godkjent av årsmøtet")
    made.refresh_from_db()
    assert (made.total_income, made.arrived_on) == (nok("412000.00"), TODAY)
    file = EvidenceFile.objects.get()
    assert (file.name, file.size, file.sha256) == ("årsregnskap.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())


def test_the_log_keeps_that_it_was_declared_but_not_the_amount() -> None:
    _declare(files=[Upload("r.pdf", PDF)])
    event = AuditEvent.objects.get(action="income.declare")
    assert event.after["year"] == 2025
    assert "412000" not in str(event.after)


@pytest.mark.parametrize(("year", "arrived"), [(2026, TODAY), (2025, date(2025, 12, 31)), (1999, TODAY)])
def test_a_year_must_have_ended(year: int, arrived: date) -> None:
    with pytest.raises(YearNotClosed):
        _declare(year=year, arrived_on=arrived)


def test_a_declaration_does_not_arrive_tomorrow() -> None:
    with pytest.raises(ArrivedLater):
        _declare(arrived_on=date(2026, 11, 21))


@pytest.mark.parametrize("income", ["-0.01", "1000000000"])
def test_an_impossible_income_is_refused(income: str) -> None:
    with pytest.raises(ImpossibleIncome):
        _declare(total_income=Decimal(income))


def test_one_bad_file_stores_nothing_at_all() -> None:
    with pytest.raises(UnknownContent):
        _declare(files=[Upload("a.pdf", PDF), Upload("b.pdf", b"<html>")])
    assert not IncomeDeclaration.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_a_note_is_internal_unless_somebody_chose_otherwise() -> None:
    note = write(organisation=builders.organisation(), text="Ringte om medlemssystem", by=builders.advisor(), now=NOW)
    assert not note.visible
