"""The ledger of the self-cost fund: one writer, layers that are sums of entries, rows nobody can change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.fields import nok
from billing.models import AccountingYear, FundEntry, ServiceResult, YearClosing
from billing.selfcost.fund import Layer
from billing.yearend import fund_ledger
from billing.yearend.fund_ledger import FundMovement
from billing.yearend.models import FundEntryKind
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def layers(*pairs: tuple[int, str]) -> tuple[Layer, ...]:
    return tuple(Layer(origin, Decimal(amount)) for origin, amount in pairs)


PICTURE = layers((2023, "14608.71"), (2024, "19000.00"), (2025, "7500.00"))


def closed(year: int, service: str = "advice") -> ServiceResult:
    by = builders.administrator()
    accounts = AccountingYear.objects.create(year=year, made_at=NOW, made_by=by)
    closing = YearClosing.objects.create(accounting_year=accounts, figures={}, closed_at=NOW, closed_by=by)
    zero = {name: nok(0) for name in ("self_cost", "gross", "discount", "result", "interest", "opening", "balance")}
    return ServiceResult.objects.create(
        closing=closing, service=service, interest_percent=Decimal("4.00"), figures={}, **zero
    )


def opened(opening: tuple[Layer, ...] = PICTURE, *, as_of: int = 2025) -> list[FundEntry]:
    return fund_ledger.open_fund(
        service="advice",
        as_of=as_of,
        opening=opening,
        reason="Fra regnskapet for 2025",
        by=builders.administrator(),
        now=NOW,
    )


def test_a_fund_is_brought_in_by_origin_with_a_running_balance() -> None:
    entries = opened()
    assert [(e.sequence, e.origin, e.balance.amount) for e in entries] == [
        (1, 2023, Decimal("14608.71")),
        (2, 2024, Decimal("33608.71")),
        (3, 2025, Decimal("41108.71")),
    ]
    assert fund_ledger.layers("advice") == PICTURE
    assert fund_ledger.balance("advice") == Decimal("41108.71")
    assert (fund_ledger.layers("courses"), fund_ledger.balance("courses")) == ((), Decimal("0.00"))


def test_a_fund_is_brought_in_once_and_not_after_a_closed_year() -> None:
    opened()
    with pytest.raises(fund_ledger.FundHasEntries):
        opened()
    closed(2025, "courses")
    with pytest.raises(fund_ledger.FundHasEntries):
        fund_ledger.open_fund(
            service="courses", as_of=2025, opening=PICTURE, reason="r", by=builders.administrator(), now=NOW
        )


@pytest.mark.parametrize(
    ("opening", "error"),
    [
        (layers((2024, "10.00"), (2025, "-1.00")), fund_ledger.LayersMixed),
        (layers((2024, "0.00")), fund_ledger.AmountIsZero),
        ((), fund_ledger.AmountIsZero),
        (layers((2026, "10.00")), fund_ledger.OriginAfter),
        (layers((2024, "999999999.00"), (2025, "2.00")), fund_ledger.TooMuch),
    ],
)
def test_an_opening_that_cannot_be_is_refused_and_nothing_is_kept(
    opening: tuple[Layer, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        opened(opening)
    assert not FundEntry.objects.exists()


def test_only_an_administrator_brings_a_fund_in_and_says_where_it_came_from() -> None:
    with pytest.raises(OnlyAdministrators):
        fund_ledger.open_fund(service="advice", as_of=2025, opening=PICTURE, reason="r", by=builders.advisor(), now=NOW)
    with pytest.raises(ReasonMissing):
        fund_ledger.open_fund(
            service="advice", as_of=2025, opening=PICTURE, reason="  ", by=builders.administrator(), now=NOW
        )


def test_a_correction_in_the_customers_favour_is_a_layer_of_the_year_it_corrects() -> None:
    opened()
    closed(2026)
    [entry] = fund_ledger.correct(
        service="advice",
        origin=2026,
        amount=Decimal("100.00"),
        reason="Husleie ført to ganger",
        by=builders.administrator(),
        now=NOW,
    )
    assert (entry.year, entry.origin, entry.kind) == (2027, 2026, "correction")
    assert fund_ledger.layers("advice") == (*PICTURE, Layer(2026, Decimal("100.00")))


def test_a_correction_of_the_opposite_sign_eats_the_oldest_layers_first() -> None:
    opened()
    closed(2026)
    entries = fund_ledger.correct(
        service="advice",
        origin=2026,
        amount=Decimal("-15000.00"),
        reason="Feil i rente",
        by=builders.administrator(),
        now=NOW,
    )
    # The whole of 2023, and 391.29 of 2024.
    assert [(e.origin, e.amount.amount) for e in entries] == [
        (2023, Decimal("-14608.71")),
        (2024, Decimal("-391.29")),
    ]
    assert fund_ledger.layers("advice") == layers((2024, "18608.71"), (2025, "7500.00"))
    assert fund_ledger.balance("advice") == Decimal("26108.71")


def test_the_next_price_begins_with_the_fund_as_it_was_corrected() -> None:
    opened()
    closed(2026)
    fund_ledger.correct(
        service="advice",
        origin=2025,
        amount=Decimal("-100.00"),
        reason="Feil i rente",
        by=builders.administrator(),
        now=NOW,
    )
    corrected = layers((2023, "14508.71"), (2024, "19000.00"), (2025, "7500.00"))
    assert fund_ledger.layers("advice", before=2027) == corrected
    assert fund_ledger.layers("advice", before=2026) == PICTURE
    assert fund_ledger.layers("advice", before=2025) == ()


def test_only_a_closed_year_is_corrected() -> None:
    by = builders.administrator()
    with pytest.raises(fund_ledger.NothingClosed):
        fund_ledger.correct(service="advice", origin=2026, amount=Decimal(1), reason="r", by=by, now=NOW)
    closed(2026)
    with pytest.raises(fund_ledger.OriginNotClosed, match="2026"):
        fund_ledger.correct(service="advice", origin=2027, amount=Decimal(1), reason="r", by=by, now=NOW)
    with pytest.raises(fund_ledger.AmountIsZero):
        fund_ledger.correct(service="advice", origin=2026, amount=Decimal(0), reason="r", by=by, now=NOW)


def test_the_database_refuses_to_change_an_entry() -> None:
    [entry] = opened(PICTURE[:1])
    with pytest.raises(DatabaseError), transaction.atomic():
        FundEntry.objects.filter(pk=entry.pk).update(reason="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_an_entry_of_zero_or_of_mixed_layers_is_a_mistake_of_the_program() -> None:
    opened()
    by = builders.administrator()
    with pytest.raises(ValueError, match="moves something"), transaction.atomic():
        fund_ledger.book(
            "advice", [FundMovement(FundEntryKind.CORRECTION, 2027, 2026, Decimal(0), "r")], by=by, now=NOW
        )
    with pytest.raises(ValueError, match="one sign"), transaction.atomic():
        fund_ledger.book(
            "advice", [FundMovement(FundEntryKind.CORRECTION, 2027, 2026, Decimal(-1), "r")], by=by, now=NOW
        )
    assert fund_ledger.balance("advice") == Decimal("41108.71")
