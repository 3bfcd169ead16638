"""The circle of the price by the verbs: cost base, rate, work, discounts from two pots, invoices, a credit note,
after-calculation, fund, and the next year's rate; then once more round.

The first year is the memo's (domain rules, example 1). The second, by hand: 880 hours at 1 051.53 kr are 925 346.40;
less a self-cost of 895 270.27 that leaves 30 076.13. Interest 4 % of half of (2 x -30 076.76 + 30 076.13) is -601.55,
so the fund stands at -602.18; (895 270.27 + 602.18) / 880 = 1 018.036…, rounded down to 1 018.03.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from advisory.kernel.users import User
from billing.books.check import examine
from billing.discounts.ledger import holdings
from billing.discounts.pots import open_pot
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.models import CostBase, Invoice, Pot, RateVersion, YearClosing
from billing.official_rates.tables import set_interest
from billing.selfcost.adopt import SecondPersonNeeded, adopt_rate
from billing.selfcost.base import change_cost_base, draft_cost_base, submit_cost_base
from billing.selfcost.facts import BaseFacts, LineFacts
from billing.selfcost.lines import add_cost_line, change_cost_line
from billing.yearend import fund_ledger
from billing.yearend.accounts import submit_accounts
from billing.yearend.carry_over import carry_over
from billing.yearend.closing import AnotherMustClose, close_year
from billing.yearend.figures import AfterFigures, after_figures
from billing.yearend.trial_balance import Columns
from billing.yearend.trial_balance_import import take_in, upload_trial_balance
from clients.models import Organisation
from engagements.models import Activity, Engagement
from engagements.work.log_time import log_time
from engagements.work.models import Phase
from engagements.work.phases import move
from engagements.work.start import start_engagement
from tests import builders as b

pytestmark = pytest.mark.django_db

ADVICE = "advice"


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def test_the_price_goes_round_twice() -> None:
    maker, second, advisor = b.administrator(), b.administrator(), b.advisor()
    b.seller(created_by=maker)
    b.tier_table(by=maker)

    # Autumn: the cost base becomes a rate, by two people.
    base = draft_cost_base(year=2026, service=ADVICE, by=maker, now=moment(2025, 10, 1))
    planned(base, "2500000.00", key="1000", hours="800", by=maker, now=moment(2025, 10, 1))
    assert adopted(base, maker, second, now=moment(2025, 11, 5)) == Decimal("959.76")

    # A gift is spent before the ministry's money.
    gift = opened("Gavepott", "60000.00", rank=10, by=maker)
    grant = opened("Rabattpott", "250000.00", rank=100, by=maker)

    # The work of the year: 850 hours sold, 1 050 of 3 180 on advice.
    sold = {
        code: worked(b.organisation(f"Lag {code or 'uten rabatt'}"), code, hours, advisor, year=2026)
        for code, hours in (("T1", 100), ("T2", 150), ("T3", 180), ("", 420))
    }
    internal(3, 200, year=2026)
    internal(2, 2130, year=2026)

    # Invoices: the smallest first, whose line both pots pay.
    first = billed(sold["T1"], maker, now=moment(2026, 11, 8))
    assert (first.gross.amount, first.discount.amount, first.total.amount) == (
        Decimal("95976.00"), Decimal("67183.20"), Decimal("35991.00"),
    )  # fmt: skip
    [line] = first.lines.all()
    assert {share.pot.name: share.amount.amount for share in line.pot_shares.all()} == {
        "Gavepott": Decimal("60000.00"), "Rabattpott": Decimal("7183.20"),
    }  # fmt: skip

    # A credit note gives both pots their money back; the hours are billed again.
    note = credit(first, reason="Feil oppdrag", release_hours=True, by=maker, now=moment(2026, 11, 9))
    assert note.total.amount == Decimal("-35991.00")
    assert (left(gift), left(grant)) == (Decimal("60000.00"), Decimal("250000.00"))
    again = billed(sold["T1"], maker, now=moment(2026, 11, 10))
    assert again.total == first.total
    totals = [billed(sold[code], maker, now=moment(2026, 12, 8)).total.amount for code in ("T2", "T3", "")]
    assert totals == [Decimal("89977.50"), Decimal("161959.50"), Decimal("503874.00")]
    # 250 000 - 7 183.20 - 71 982.00 - 43 189.20
    assert (left(gift), left(grant)) == (Decimal("0.00"), Decimal("127645.60"))

    # The after-calculation, closed by another than who made it.
    after = closed(2026, "2560000.00", maker, second)
    assert after.actual is not None
    assert after.plan is not None
    assert (after.plan.self_cost, after.actual.self_cost) == (Decimal("767813.27"), Decimal("845283.02"))
    assert (after.sold.gross, after.sold.discount) == (Decimal("815796.00"), Decimal("182354.40"))
    assert {pot.name: pot.amount for pot in after.income.pots} == {
        "Gavepott": Decimal("60000.00"), "Rabattpott": Decimal("122354.40"),
    }  # fmt: skip
    assert (after.result, after.interest, after.balance) == (
        Decimal("-29487.02"), Decimal("-589.74"), Decimal("-30076.76"),
    )  # fmt: skip
    assert fund_ledger.balance(ADVICE) == Decimal("-30076.76")

    # The next rate carries the fund over, whole in one year.
    base = carry_over(service=ADVICE, into=2027, spread_years=1, by=maker, now=moment(2027, 2, 11))
    planned(base, "2650000.00", key="1100", hours="880", by=maker, now=moment(2027, 2, 11), spread=1)
    base.refresh_from_db()
    assert base.fund_use.amount == Decimal("-30076.76")
    assert adopted(base, maker, second, now=moment(2027, 2, 15)) == Decimal("1051.53")

    # Once more round: 880 hours at the full price, and costs as planned.
    work = worked(b.organisation("Forbundet"), "", 880, advisor, year=2027)
    internal(3, 220, year=2027)
    internal(2, 2156, year=2027)
    assert billed(work, maker, now=moment(2027, 12, 8)).gross.amount == Decimal("925346.40")
    after = closed(2027, "2650000.00", maker, second)
    assert (after.opening, after.result, after.interest, after.balance) == (
        Decimal("-30076.76"), Decimal("30076.13"), Decimal("-601.55"), Decimal("-602.18"),
    )  # fmt: skip
    # The surplus has used up the shortfall of 2026 but for this much.
    assert [(layer.origin, layer.amount) for layer in fund_ledger.layers(ADVICE)] == [(2026, Decimal("-602.18"))]
    base = carry_over(service=ADVICE, into=2028, spread_years=1, by=maker, now=moment(2028, 2, 11))
    assert adopted(base, maker, second, now=moment(2028, 2, 15)) == Decimal("1018.03")

    # And nothing of it contradicts itself.
    assert YearClosing.objects.count() == 2
    assert verify().broken is None
    assert [found for found in examine(date(2028, 3, 1)) if not found.agrees] == []


def planned(
    base: CostBase, amount: str, *, key: str, hours: str, by: User, now: datetime, spread: int | None = None
) -> None:
    """One cost, shared by `key` of 3 256 hours, and the hours that are to be sold."""
    facts = LineFacts("Drift", Decimal(amount), key_part=Decimal(key), key_whole=Decimal(3256), key_label="timer")
    line = base.lines.first()
    if line is None:
        add_cost_line(cost_base=base, facts=facts, by=by, now=now)
    else:
        change_cost_line(line=line, facts=facts, by=by, now=now)
    change_cost_base(
        cost_base=base, facts=BaseFacts(billable_hours=Decimal(hours), spread_years=spread), by=by, now=now
    )


def adopted(base: CostBase, maker: User, second: User, *, now: datetime) -> Decimal:
    """Handed over, refused to the one who made it, adopted by the other: the rate."""
    submit_cost_base(cost_base=base, by=maker, now=now)
    with pytest.raises(SecondPersonNeeded):
        adopt_rate(cost_base=base, valid_from=date(base.year, 1, 1), by=maker, now=now)
    rate: RateVersion = adopt_rate(cost_base=base, valid_from=date(base.year, 1, 1), by=second, now=now)
    return rate.rate.amount


def opened(name: str, amount: str, *, rank: int, by: User) -> Pot:
    return open_pot(
        name=name, funder="Kulturdepartementet", purpose="Rabatt", amount=Decimal(amount), rank=rank,
        starts=date(2026, 1, 1), ends=date(2026, 12, 31), by=by, now=moment(2026, 1, 5),
    )  # fmt: skip


def left(pot: Pot) -> Decimal:
    return holdings([pot.pk])[pot.pk].balance


def worked(organisation: Organisation, code: str, hours: int, advisor: User, *, year: int) -> Engagement:
    """An engagement with so many hours of the spring, for an organisation that has the discount `code`."""
    if code:
        b.decision(organisation, code, valid_to=date(2030, 6, 30))
    started = date(year, 1, 5)
    work = start_engagement(
        organisation=organisation, title="Medlemssystem", service_type=b.service_type(), lead=advisor, by=advisor,
        on=started, now=moment(year, 1, 5), minutes_agreed=60_000,
    )  # fmt: skip
    for phase in (Phase.AGREED, Phase.ACTIVE):
        move(engagement=work, to=phase, by=advisor, on=started, now=moment(year, 1, 5))
    logged(work, hours, year=year)
    return work


def internal(area: int, hours: int, *, year: int) -> None:
    logged(b.activity(funding_area=area), hours, year=year)


def logged(work: Engagement | Activity, hours: int, *, year: int) -> None:
    """The hours at most ten a day, by somebody who does nothing else."""
    person = b.advisor()
    if isinstance(work, Engagement):
        work.team.add(person)
    day, minutes = date(year, 1, 6), hours * 60
    while minutes:
        part = min(minutes, 600)
        log_time(work=work, day=day, minutes=part, text="Arbeid", by=person, now=moment(year, 11, 1))
        day, minutes = day + timedelta(days=1), minutes - part


def billed(work: Engagement, by: User, *, now: datetime) -> Invoice:
    """The invoice of the organisation's unbilled hours, the others' left as they are."""
    drafts = [
        draft for draft in gather(up_to=now.date(), by=by, now=now) if draft.organisation_id == work.organisation_id
    ]
    [invoice] = issue({draft.pk: None for draft in drafts}, by=by, now=now).invoices
    return invoice


def closed(year: int, cost: str, maker: User, second: User) -> AfterFigures:
    """A trial balance is read, its accounts placed, the year handed over and closed: the figures."""
    now = moment(year + 1, 2, 3)
    set_interest(year=year, percent=Decimal("4.00"), source="Forskrift", by=maker, now=now)
    content = f"Konto;Kontonavn;Saldo\n5000;Lønn og drift;{cost}\n1920;Bank;-{cost}\n".replace(".", ",").encode()
    file = upload_trial_balance(year=year, name=f"saldo-{year}.csv", content=content, by=maker, now=now)
    # What was chosen once is remembered.
    chosen = {"5000": "shared_hours"} if year == 2026 else None
    taken = take_in(file=file, columns=Columns(0, 1, 2), destinations=chosen, by=maker, now=now)
    assert (taken.accounts, taken.unmapped) == (1, 0)
    accounts = submit_accounts(accounting_year=file.accounting_year, by=maker, now=now)
    with pytest.raises(AnotherMustClose):
        close_year(accounting_year=accounts, by=maker, now=now)
    close_year(accounting_year=accounts, by=second, now=now + timedelta(days=2))
    return after_figures(year, ADVICE)
