"""From a cost base to an adopted rate: the memo's figures, four eyes, and no reach into billed work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.users import User
from billing.models import CostBase, CostLine, RateVersion
from billing.pricing.statement import rate_from_json
from billing.selfcost import adopt, base
from billing.selfcost.base import BaseFacts, LineFacts
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def maker() -> User:
    return builders.administrator()


@pytest.fixture
def adopter() -> User:
    return builders.administrator()


def filled_base(by: User, *, year: int = 2026, step: str = "0.01") -> CostBase:
    """The memo: 2.5 million by 1 000 of 3 256 hours, sold in 800."""
    made = base.draft_cost_base(year=year, service="advice", by=by, now=NOW)
    base.add_cost_line(
        cost_base=made,
        facts=LineFacts(
            label="Drift",
            amount=Decimal("2500000.00"),
            key_part=Decimal(1000),
            key_whole=Decimal(3256),
            key_label="timer",
            source="Budsjett 2026",
        ),
        by=by,
        now=NOW,
    )
    return base.change_cost_base(
        cost_base=made, facts=BaseFacts(billable_hours=Decimal(800), rate_step=Decimal(step)), by=by, now=NOW
    )


def submitted_base(by: User, **more: str) -> CostBase:
    return base.submit_cost_base(cost_base=filled_base(by, **more), by=by, now=NOW)  # type: ignore[arg-type]


def test_the_memos_cost_base_becomes_959_76_an_hour(maker: User, adopter: User) -> None:
    version = adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=NEW_YEAR, by=adopter, now=NOW)
    assert version.rate.amount == Decimal("959.76")
    assert version.self_cost.amount == Decimal("767813.27")
    assert (version.year, version.version, version.valid_from) == (2026, 1, NEW_YEAR)


def test_the_stored_arithmetic_is_the_fact_that_statements_repeat(maker: User, adopter: User) -> None:
    version = adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=NEW_YEAR, by=adopter, now=NOW)
    expected = builders.rate(valid_from=date(2026, 2, 1)).calculation | {"valid_from": "2026-01-01", "version": 1}
    expected["cost_lines"][0]["label"] = "Drift"
    version.refresh_from_db()
    assert version.calculation == expected
    assert rate_from_json(version.calculation).rate == Decimal("959.76")


@pytest.mark.parametrize(("step", "rate"), [("0.01", "959.76"), ("1", "959.00"), ("5", "955.00")])
def test_the_rate_is_rounded_down_to_its_step(maker: User, adopter: User, step: str, rate: str) -> None:
    version = adopt.adopt_rate(cost_base=submitted_base(maker, step=step), valid_from=NEW_YEAR, by=adopter, now=NOW)
    assert version.rate.amount == Decimal(rate)


def test_income_deducted_and_the_fund_lower_the_rate(maker: User, adopter: User) -> None:
    made = filled_base(maker)
    facts = BaseFacts(billable_hours=Decimal(800), fund_use=Decimal("8000.00"), income_deducted=Decimal("16000.00"))
    base.change_cost_base(cost_base=made, facts=facts, by=maker, now=NOW)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    version = adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=adopter, now=NOW)
    # 767 813.27 - 16 000 = 751 813.27; less 8 000 = 743 813.27; / 800 = 929.7665… -> 929.76
    assert version.self_cost.amount == Decimal("751813.27")
    assert version.rate.amount == Decimal("929.76")
    assert version.calculation["cost_lines"][1]["attributed"] == "-16000.00"
    assert sum(Decimal(line["attributed"]) for line in version.calculation["cost_lines"]) == version.self_cost.amount


def test_neither_maker_nor_submitter_adopts(maker: User, adopter: User) -> None:
    made = filled_base(maker)
    base.submit_cost_base(cost_base=made, by=adopter, now=NOW)
    for person in (maker, adopter):
        with pytest.raises(adopt.SecondPersonNeeded) as refusal:
            adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=person, now=NOW)
        assert refusal.value.message
    assert adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=builders.administrator(), now=NOW).pk


def test_an_advisor_neither_makes_nor_adopts(maker: User) -> None:
    advisor = builders.advisor()
    with pytest.raises(OnlyAdministrators):
        base.draft_cost_base(year=2026, service="advice", by=advisor, now=NOW)
    with pytest.raises(OnlyAdministrators):
        adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=NEW_YEAR, by=advisor, now=NOW)


def test_a_base_that_was_not_handed_over_is_not_adopted(maker: User, adopter: User) -> None:
    with pytest.raises(adopt.NotSubmitted):
        adopt.adopt_rate(cost_base=filled_base(maker), valid_from=NEW_YEAR, by=adopter, now=NOW)


def test_figures_that_changed_after_the_review_are_not_adopted(maker: User, adopter: User) -> None:
    made = submitted_base(maker)
    seen = base.fingerprint(made)
    base.send_back_cost_base(cost_base=made, reason="Husleia mangler.", by=adopter, now=NOW)
    rent = LineFacts(label="Husleie", amount=Decimal("120000.00"))
    base.add_cost_line(cost_base=made, facts=rent, by=maker, now=NOW)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    with pytest.raises(base.BaseChanged):
        adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=adopter, now=NOW, seen=seen)


@pytest.mark.parametrize("area", [1, 2, 4])
def test_a_cost_that_grants_pay_for_does_not_enter_the_rate(maker: User, area: int) -> None:
    made = filled_base(maker)
    with pytest.raises(base.AreaNotInRate) as refusal:
        base.add_cost_line(
            cost_base=made,
            facts=LineFacts(label="Fellesprosjekt", amount=Decimal(1000), funding_area=area),
            by=maker,
            now=NOW,
        )
    assert "Fellesprosjekt" in refusal.value.message
    with pytest.raises(base.AreaNotInRate):
        base.change_cost_line(
            line=made.lines.get(), facts=LineFacts("Drift", Decimal(1000), funding_area=area), by=maker, now=NOW
        )
    assert made.lines.get().funding_area == 3


def test_a_base_with_a_foreign_cost_in_the_database_is_not_adopted(maker: User, adopter: User) -> None:
    made = submitted_base(maker)
    CostLine.objects.filter(cost_base=made).update(funding_area=4)
    with pytest.raises(base.AreaNotInRate):
        adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=adopter, now=NOW)


def test_a_base_without_hours_or_costs_is_not_handed_over(maker: User) -> None:
    made = base.draft_cost_base(year=2026, service="advice", by=maker, now=NOW)
    with pytest.raises(base.BaseIncomplete):
        base.submit_cost_base(cost_base=made, by=maker, now=NOW)


def test_more_income_than_cost_gives_no_rate(maker: User) -> None:
    made = filled_base(maker)
    facts = BaseFacts(billable_hours=Decimal(800), income_deducted=Decimal("767813.28"))
    base.change_cost_base(cost_base=made, facts=facts, by=maker, now=NOW)
    with pytest.raises(base.NoRate):
        base.submit_cost_base(cost_base=made, by=maker, now=NOW)


def test_two_rates_of_a_service_do_not_start_the_same_day(maker: User, adopter: User) -> None:
    adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=NEW_YEAR, by=adopter, now=NOW)
    again = submitted_base(maker)
    assert again.version == 2
    with pytest.raises(adopt.StartTaken):
        adopt.adopt_rate(cost_base=again, valid_from=NEW_YEAR, by=adopter, now=NOW)
    assert adopt.adopt_rate(cost_base=again, valid_from=date(2026, 7, 1), by=adopter, now=NOW).version == 2


def test_a_rate_starts_within_its_year(maker: User, adopter: User) -> None:
    with pytest.raises(adopt.OutsideTheYear):
        adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=date(2025, 12, 31), by=adopter, now=NOW)


def test_a_rate_starts_after_the_latest_billed_work_of_its_service(maker: User, adopter: User) -> None:
    """Work up to 31 October is billed: 1 November is free, 31 October is not; courses do not mind advice."""
    issued_line(last_day=date(2026, 10, 31))
    made = submitted_base(maker)
    for day in (date(2026, 3, 1), date(2026, 10, 31)):
        with pytest.raises(adopt.WorkAlreadyBilled) as refusal:
            adopt.adopt_rate(cost_base=made, valid_from=day, by=adopter, now=NOW)
        assert "31.10.2026" in refusal.value.message
    assert adopt.adopt_rate(cost_base=made, valid_from=date(2026, 11, 1), by=adopter, now=NOW).pk
    courses = base.draft_cost_base(year=2026, service="courses", by=maker, now=NOW, copy_from=made)
    base.submit_cost_base(cost_base=courses, by=maker, now=NOW)
    assert adopt.adopt_rate(cost_base=courses, valid_from=NEW_YEAR, by=adopter, now=NOW).service == "courses"


def test_an_adopted_base_and_its_rate_are_kept_by_the_database(maker: User, adopter: User) -> None:
    made = submitted_base(maker)
    version = adopt.adopt_rate(cost_base=made, valid_from=NEW_YEAR, by=adopter, now=NOW)
    with pytest.raises(base.BaseAdopted):
        base.change_cost_base(cost_base=made, facts=BaseFacts(), by=maker, now=NOW)
    with pytest.raises(base.BaseAdopted):
        base.remove_cost_line(line=made.lines.get(), by=maker, now=NOW)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: RateVersion.objects.filter(pk=version.pk).update(rate="1.00"),
        lambda: CostLine.objects.filter(cost_base=made).update(amount="1.00"),
        lambda: CostBase.objects.filter(pk=made.pk).update(billable_hours=1),
    )
    for statement in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            statement()


def test_a_base_under_control_is_sent_back_before_it_is_changed(maker: User, adopter: User) -> None:
    made = submitted_base(maker)
    with pytest.raises(base.BaseSubmitted):
        base.remove_cost_line(line=made.lines.get(), by=maker, now=NOW)
    base.send_back_cost_base(cost_base=made, reason="Sjekk husleia.", by=adopter, now=NOW)
    base.remove_cost_line(line=made.lines.get(), by=maker, now=NOW)
    sent = AuditEvent.objects.get(action="cost_base.send_back")
    assert (sent.reason, sent.actor) == ("Sjekk husleia.", adopter)


def test_next_year_starts_with_this_years_figures_but_not_its_fund(maker: User, adopter: User) -> None:
    made = filled_base(maker)
    facts = BaseFacts(billable_hours=Decimal(800), fund_use=Decimal(1000), income_deducted=Decimal(2000))
    base.change_cost_base(cost_base=made, facts=facts, by=maker, now=NOW)
    following = base.draft_cost_base(year=2027, service="advice", by=maker, now=NOW, copy_from=made)
    following.refresh_from_db()
    assert [line.amount.amount for line in following.lines.all()] == [Decimal("2500000.00")]
    assert (following.billable_hours, following.income_deducted.amount) == (Decimal(800), Decimal(2000))
    assert following.fund_use.amount == 0
    assert made.lines.count() == 1


def test_one_version_of_a_year_is_written_at_a_time(maker: User) -> None:
    filled_base(maker)
    with pytest.raises(base.DraftExists):
        base.draft_cost_base(year=2026, service="advice", by=maker, now=NOW)


def test_the_whole_sheet_is_saved_in_one_go_and_only_changes_are_logged(maker: User) -> None:
    made = filled_base(maker)
    line = made.lines.get()
    before = AuditEvent.objects.count()
    written = base.write_cost_base(
        cost_base=made,
        facts=BaseFacts(billable_hours=Decimal("800.00")),
        lines=[
            (line.pk, LineFacts("Drift", Decimal(2500000), 3, Decimal(1000), Decimal(3256), "timer", "Budsjett 2026")),
            (None, LineFacts("Husleie", Decimal("228000.00"))),
        ],
        seen=base.fingerprint(made),
        by=maker,
        now=NOW,
    )
    assert [each.label for each in written.lines.all()] == ["Drift", "Husleie"]
    assert [event.action for event in AuditEvent.objects.order_by("pk")[before:]] == ["cost_base.line_add"]


def test_a_sheet_that_somebody_else_has_saved_is_not_overwritten(maker: User) -> None:
    made = filled_base(maker)
    seen = base.fingerprint(made)
    base.change_cost_base(cost_base=made, facts=BaseFacts(billable_hours=Decimal(900)), by=maker, now=NOW)
    with pytest.raises(base.BaseChanged):
        base.write_cost_base(cost_base=made, facts=BaseFacts(), lines=[], seen=seen, by=maker, now=NOW)


def test_adopting_is_in_the_log_with_who_and_what(maker: User, adopter: User) -> None:
    version = adopt.adopt_rate(cost_base=submitted_base(maker), valid_from=NEW_YEAR, by=adopter, now=NOW)
    event = AuditEvent.objects.of(version).get()
    assert (event.action, event.actor, event.after["rate"]) == ("rate.adopt", adopter, "959.76")
    assert timezone.localtime(event.at).date() == TODAY
