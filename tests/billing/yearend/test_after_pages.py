"""The pages of the after-calculation and the fund: figures, their rows, closing, carrying over, and bad input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.users import User
from billing.models import AccountingYear, CostBase, FundEntry, RateVersion, YearClosing
from billing.selfcost.fund import Layer
from billing.yearend import fund_ledger
from billing.yearend.after_page import after_page
from billing.yearend.closing import close_year
from billing.yearend.figures import after_figures
from tests import builders
from tests.billing.yearend import board_values as values
from tests.billing.yearend.memo_year import accounts, cost, memo_year, sell
from tests.builders import NOW

pytestmark = pytest.mark.django_db

#: Long after: the year 2026 is over on whichever day the tests run with this clock.
FEBRUARY = datetime(2027, 2, 3, 9, 0, tzinfo=UTC)
AFTER, CLOSE, FUND = "/selfcost/2026/after/", "/selfcost/2026/after/close/", "/selfcost/fund/advice/"


@pytest.fixture
def maker() -> User:
    return builders.administrator()


@pytest.fixture
def other() -> User:
    return builders.administrator()


@pytest.fixture
def page(client: Client, other: User) -> Client:
    client.force_login(other)
    return client


@pytest.fixture(autouse=True)
def february(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: FEBRUARY)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return said(answer)


def said(answer: Any) -> str:
    return str(answer.content.decode()).replace("\xa0", " ")


def test_the_memos_year_is_shown_with_signs_in_words(page: Client, maker: User) -> None:
    memo_year(maker=maker)
    shown = text(page, AFTER)
    for figure in (
        "845 283,02", "767 813,27", "+77 469,75", "815 796,00", "−29 487,02", "−5,27", "−29 481,75",
        "1 000 av 3 256", "1 050 av 3 180", "403 099,20", "172 756,80", "143 964,00", "95 976,00",
        "43 189,20", "71 982,00", "67 183,20", "182 354,40", "633 441,60", "−30 076,76", "−589,74",
    ):  # fmt: skip
        assert figure in shown, figure
    assert "Underdekning i 2026" in shown
    assert "77 470 kr mer enn budsjettert" in shown


def test_every_figure_opens_rows_that_sum_to_it(page: Client, maker: User) -> None:
    builders.seller()
    memo_year(maker=maker)
    builders.entry(builders.engagement(builders.organisation("Koret"), builders.advisor()), 90, date(2026, 12, 30))
    assert "403 099,20" in text(page, f"{AFTER}rows/issued/?tier=&percent=0.00")
    assert "143 964,00" in text(page, f"{AFTER}rows/issued/?tier=T2&percent=50.00")
    assert "182 354,40" in text(page, f"{AFTER}rows/issued/")
    assert "Koret" in text(page, f"{AFTER}rows/accrued/?tier=&percent=0.00")
    pot = after_figures(2026, "advice").income.pots[0]
    assert "182 354,40" in text(page, f"{AFTER}rows/pot/?pot={pot.pot}")
    assert "1 051,5" in text(page, f"{AFTER}rows/recorded/")
    for empty in ("written-off", "other-areas", "straddling", "unpriced"):
        assert "Ingen rader" in text(page, f"{AFTER}rows/{empty}/")


@pytest.mark.parametrize(
    "query", ["pot/?pot=x", "pot/", "earlier/?origin=2025", "issued/?percent=NaN", "issued/?percent=1e400x", "nothing/"]
)
def test_rows_of_what_is_no_figure_are_not_found(page: Client, maker: User, query: str) -> None:
    memo_year(maker=maker)
    assert page.get(f"{AFTER}rows/{query}").status_code == 404


def test_a_year_or_a_service_that_is_none_is_not_found(page: Client) -> None:
    assert page.get("/selfcost/1999/after/").status_code == 404
    assert page.get("/selfcost/2026/after/?service=cars").status_code == 404
    assert page.get("/selfcost/fund/cars/").status_code == 404


def test_a_year_without_accounts_says_what_to_do(page: Client) -> None:
    assert "saldobalanse" in text(page, AFTER)
    assert page.get("/selfcost/after/").headers["Location"] == "/selfcost/2027/after/"


def test_the_newest_open_year_is_the_one_after_the_last_closed(page: Client, maker: User, other: User) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    assert page.get("/selfcost/after/").headers["Location"] == "/selfcost/2027/after/"
    assert page.get("/selfcost/fund/").headers["Location"] == FUND


def test_another_administrator_closes_the_year_from_the_review(page: Client, maker: User) -> None:
    memo_year(maker=maker)
    review = page.get(CLOSE)
    assert "−30 076,76 kr" in said(review)
    done = page.post(CLOSE, {"seen": review.context["form"].initial["seen"]}, follow=True)
    assert done.redirect_chain == [(AFTER, 302)]
    assert YearClosing.objects.get().accounting_year.year == 2026
    assert "Ta med 30 076,76 kr i kostnadsgrunnlaget" in said(done)
    # Closed: there is nothing more to review.
    assert page.get(CLOSE).status_code == 302


def test_figures_that_moved_are_shown_anew_and_nothing_is_closed(page: Client, maker: User) -> None:
    memo_year(maker=maker)
    answer = page.post(CLOSE, {"seen": "another"})
    assert answer.status_code == 422
    assert said(answer).split("<title>")[1].startswith("Feil: ")
    assert not YearClosing.objects.exists()
    seen = answer.context["form"].data["seen"]
    assert page.post(CLOSE, {"seen": seen}).status_code == 302


def test_who_made_the_accounts_is_told_that_another_must_close(client: Client, maker: User) -> None:
    memo_year(maker=maker)
    client.force_login(maker)
    review = client.get(CLOSE)
    assert "En annen administrator må avslutte året" in said(review)
    answer = client.post(CLOSE, {"seen": review.context["form"].initial["seen"]})
    assert answer.status_code == 422
    assert not YearClosing.objects.exists()


def test_accounts_that_are_not_handed_over_have_no_review(page: Client, maker: User) -> None:
    made = memo_year(maker=maker)
    AccountingYear.objects.filter(pk=made.pk).update(submitted_at=None, submitted_by=None)
    assert page.get(CLOSE).headers["Location"] == AFTER


def test_a_shortfall_is_taken_into_the_price_of_the_next_year(page: Client, maker: User, other: User) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    carried = page.post(f"{AFTER}carry/", {"service": "advice", "into": "2027", "spread_years": "1"})
    assert carried.headers["Location"] == "/selfcost/2027/advice/"
    base = CostBase.objects.get(year=2027)
    assert (base.fund_use.amount, base.spread_years) == (Decimal("-30076.76"), 1)
    again = page.post(f"{AFTER}carry/", {"service": "advice", "into": "2027", "spread_years": "5"})
    assert again.status_code == 302
    base.refresh_from_db()
    # -30 076.76 / 5 = -6 015.352
    assert (base.fund_use.amount, base.spread_years) == (Decimal("-6015.35"), 5)


def test_a_carry_over_that_cannot_be_makes_no_draft(page: Client, maker: User, other: User) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    for posted in (
        {"service": "cars", "into": "2027", "spread_years": "1"},
        {"service": "advice", "into": "2031", "spread_years": "1"},
        {"service": "advice", "into": "2027", "spread_years": "6"},
        {},
    ):
        answer = page.post(f"{AFTER}carry/", posted, follow=True)
        assert "Velg år" in said(answer), posted
        assert not CostBase.objects.filter(year=2027).exists()


def test_the_fund_is_brought_in_by_year_of_origin(page: Client) -> None:
    assert "Hent inn fondet" in text(page, FUND)
    posted = {"as_of": "2025", "reason": "Regnskap 2025", "origin_1": "2023", "amount_1": "14 608,71",
              "origin_2": "2024", "amount_2": "19 000"}  # fmt: skip
    assert page.post(f"{FUND}open/", posted).headers["Location"] == FUND
    assert fund_ledger.layers("advice") == (Layer(2023, Decimal("14608.71")), Layer(2024, Decimal("19000.00")))
    shown = text(page, FUND)
    assert "33 608,71" in shown
    assert "Regnskap 2025" in shown
    assert "Hent inn fondet" not in shown


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_1": "1e400"}, "amount_1"),
        ({"amount_1": "NaN"}, "amount_1"),
        ({"amount_1": "1,234"}, "amount_1"),
        ({"amount_1": "9999999999999"}, "amount_1"),
        ({"amount_1": "0"}, "amount_1"),
        ({"amount_1": ""}, "amount_1"),
        ({"origin_1": ""}, "origin_1"),
        ({"origin_1": "1999"}, "origin_1"),
        ({"origin_1": "", "amount_1": ""}, "origin_1"),
        ({"origin_2": "2024", "amount_2": "5"}, "origin_2"),
        ({"as_of": "2023"}, "as_of"),
        ({"as_of": "x"}, "as_of"),
        ({"reason": " "}, "reason"),
        ({"origin_2": "2025", "amount_2": "-5"}, "__all__"),
    ],
)
def test_an_opening_that_cannot_be_is_told_at_its_field_and_kept_as_typed(
    page: Client, change: dict[str, str], field: str
) -> None:
    posted = {"as_of": "2025", "reason": "Regnskap", "origin_1": "2024", "amount_1": "10"} | change
    answer = page.post(f"{FUND}open/", posted)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    for typed in change.values():
        assert f'value="{typed}"' in answer.content.decode() if typed.strip() else True
    assert not FundEntry.objects.exists()


def test_a_closed_year_is_corrected_with_a_reason(page: Client, maker: User, other: User) -> None:
    assert page.get(f"{FUND}correct/").headers["Location"] == FUND
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    posted = {"origin": "2026", "direction": "more", "amount": "76,76", "reason": "Husleie to ganger"}
    assert page.post(f"{FUND}correct/", posted).headers["Location"] == FUND
    assert fund_ledger.balance("advice") == Decimal("-30000.00")
    shown = text(page, FUND)
    assert "Husleie to ganger" in shown
    assert "+76,76" in shown


def test_a_correction_that_comes_twice_is_booked_once(page: Client, maker: User, other: User) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    word = page.get(f"{FUND}correct/").context["form"]["once"].value()
    posted = {"origin": "2026", "direction": "more", "amount": "76,76", "reason": "Husleie to ganger", "once": word}
    page.post(f"{FUND}correct/", posted)
    page.post(f"{FUND}correct/", posted)
    assert fund_ledger.balance("advice") == Decimal("-30000.00")


WRONG_CORRECTIONS: list[tuple[dict[str, str], str]] = [
    ({"amount": "-5"}, "amount"),
    ({"amount": "0"}, "amount"),
    ({"amount": "1e400"}, "amount"),
    ({"amount": "0,001"}, "amount"),
    ({"origin": "2025"}, "origin"),
    ({"direction": ""}, "direction"),
    ({"reason": ""}, "reason"),
    ({"reason": "x" * 301}, "reason"),
    ({"direction": "less", "amount": "1 000 000 000"}, "__all__"),
]


def test_a_correction_that_cannot_be_is_told_at_its_field(page: Client, maker: User, other: User) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    before = FundEntry.objects.count()
    for change, field in WRONG_CORRECTIONS:
        posted = {"origin": "2026", "direction": "more", "amount": "1", "reason": "Feil"} | change
        answer = page.post(f"{FUND}correct/", posted)
        assert answer.status_code == 422, change
        assert list(answer.context["form"].errors) == [field]
        assert FundEntry.objects.count() == before


def test_a_layer_in_its_last_year_and_one_past_it_are_told_on_the_page(page: Client, maker: User) -> None:
    made = accounts(2026, by=maker)
    cost(made, "0.01", "advice")
    opening = [Layer(2020, Decimal(10)), Layer(2022, Decimal(30))]
    fund_ledger.open_fund(service="advice", as_of=2025, opening=opening, reason="Overført", by=maker, now=NOW)
    shown = text(page, AFTER)
    assert "brudd på femårsregelen" in shown
    assert "30,00 kr fra 2022 må gjøres opp i prisen for 2027" in shown


def test_the_page_asks_no_more_for_many_rows_than_for_few(page: Client, maker: User) -> None:
    memo_year(maker=maker)

    def asked(path: str) -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as queries:
            page.get(path)
        return len(queries)

    few = [asked(path) for path in (AFTER, f"{AFTER}rows/issued/", FUND, CLOSE)]
    lead = builders.advisor()
    sell(RateVersion.objects.get(), lead, (("", "1"), ("T1", "2"), ("T2", "3")), day=date(2026, 3, 1))
    builders.entry(builders.engagement(builders.organisation(), lead), 60, date(2026, 12, 1))
    for number in range(5):
        cost(AccountingYear.objects.get(), "10.00", "shared_hours", label=f"Konto {number}")
    many = [asked(path) for path in (AFTER, f"{AFTER}rows/issued/", FUND, CLOSE)]
    # An hour that is not invoiced asks for rates and decisions once, for each service's figures.
    assert [more - less for more, less in zip(many, few, strict=True)] == [2, 2, 0, 2]


def test_courses_are_counted_by_their_seats_and_sums_that_do_not_compare_are_not_compared() -> None:
    page = after_page(values.courses().figures)
    assert page.only_seats
    assert not page.costs_compare
    assert page.seats == 171
    hours = after_page(values.vector())
    assert not hours.only_seats
    assert hours.costs_compare


def test_a_year_before_the_first_closed_one_does_not_show_the_fund_of_later_years(
    page: Client, maker: User, other: User
) -> None:
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    assert "Fondet i 2026, lag for lag" in text(page, AFTER)
    assert "lag for lag" not in text(page, "/selfcost/2025/after/")
