"""Joint orders: an hour is logged once and split to the minute, and each part is an ordinary hour of its organisation.

Expected figures are worked by hand at the memo's rate, 959.76 kr an hour.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.audit import AuditEvent
from advisory.kernel.periods import PeriodClosed, PeriodKind, close_month
from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from engagements.models import Engagement, HourHold, JointHour, JointOrder, TimeEntry
from engagements.work.joint import (
    JointOrderClosed,
    Party,
    PartyTwice,
    TooFewParties,
    agree_all,
    change_parts,
    close_joint_order,
    make_joint_order,
)
from engagements.work.joint_hours import (
    JointHourMoved,
    PartHeld,
    change_joint_hour,
    log_joint_hour,
    parts_by,
    remove_joint_hour,
    restore_joint_hour,
)
from engagements.work.log_time import (
    BeyondFrame,
    DayFull,
    PartOfJointHour,
    RemovedMeanwhile,
    change_time,
    minutes_on,
    remove_time,
)
from engagements.work.phases import PhaseTakesNoHours
from engagements.work.rights import NotOnTheTeam, NotYourHours
from tests import builders
from tests.builders import NOW, TODAY
from tests.properties import some_examples

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)


@pytest.fixture
def advisor() -> User:
    return builders.advisor(language="nb")


@pytest.fixture
def works(advisor: User) -> list[Engagement]:
    """12.5 hours are agreed with each."""
    names = ("Bygdekor Vest", "Turlaget Vidda", "Fjellkoret")
    return [builders.engagement(builders.organisation(name), advisor) for name in names]


@pytest.fixture
def order(works: list[Engagement]) -> JointOrder:
    """Three organisations with a third each."""
    return builders.joint_order(*((work, 1) for work in works))


def log(order: JointOrder, minutes: int, *, by: User, **facts: Any) -> JointHour:
    given: dict[str, Any] = {"order": order, "day": DAY, "minutes": minutes, "by": by, "now": NOW}
    return log_joint_hour(**(given | facts))


def split_of(hour: JointHour) -> list[int]:
    return list(hour.parts.order_by("engagement_id").values_list("minutes", flat=True))


@some_examples
@given(
    st.integers(1, 1440),
    st.lists(st.decimals("0.01", "9999999.99", places=2), min_size=2, max_size=12),
)
def test_the_parts_always_sum_to_the_hour_and_none_is_a_minute_from_its_share(
    minutes: int, parts: list[Decimal]
) -> None:
    split = parts_by([[pk, str(part)] for pk, part in enumerate(parts)], minutes)
    assert sum(split.values()) == minutes
    for pk, part in enumerate(parts):
        assert abs(split[pk] * sum(parts) - minutes * part) < sum(parts)


def test_an_hour_becomes_one_entry_for_each_organisation(advisor: User, order: JointOrder) -> None:
    hour = log(order, 100, by=advisor, text=" Felles kurs ")
    # 33 1/3 each: the minute that is left goes to the first.
    assert split_of(hour) == [34, 33, 33]
    assert {(part.text, part.day, part.advisor, part.billable, part.funding_area) for part in hour.parts.all()} == {
        ("Felles kurs", DAY, advisor, True, 3)
    }
    assert minutes_on(advisor, DAY) == 100
    assert AuditEvent.objects.filter(action="time.log").count() == 3
    assert AuditEvent.objects.of(hour).get().after["minutes"] == 100


def test_who_gets_no_minute_gets_no_entry(advisor: User, works: list[Engagement]) -> None:
    order = builders.joint_order((works[0], 99), (works[1], 1))
    assert split_of(log(order, 15, by=advisor)) == [15]


def test_each_part_is_invoiced_at_its_own_tier(advisor: User, works: list[Engagement], order: JointOrder) -> None:
    administrator = builders.administrator()
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    builders.pot(by=administrator)
    for work, tier in zip(works, ("T1", "T2", "T0"), strict=True):
        builders.decision(work.organisation, tier, by=administrator)
    log(order, 100, by=advisor, text="Felles kurs")
    drafts = gather(up_to=TODAY, by=administrator, now=NOW)
    assert not issue({draft.pk: None for draft in drafts}, by=administrator, now=NOW).failures
    # 34 min = 543.864, 33 min = 527.868; together the 1 599.60 of the 100 minutes.
    expected = [
        ("543.86", "380.70", "163.16", "40.79", "203.95"),
        ("527.87", "263.94", "263.93", "65.98", "329.91"),
        ("527.87", "0.00", "527.87", "131.97", "659.84"),
    ]
    for work, sums in zip(works, expected, strict=True):
        invoice = Invoice.objects.get(organisation=work.organisation)
        found = [getattr(invoice, name).amount for name in ("gross", "discount", "net", "vat", "total")]
        assert found == [Decimal(amount) for amount in sums]


def test_a_new_joint_order_has_an_engagement_for_each_with_its_part_of_the_agreed_hours(advisor: User) -> None:
    first, second = builders.organisation(), builders.organisation("Turlaget Vidda")
    made = make_joint_order(
        title="Felles kurs",
        parties=[Party(first, Decimal(2)), Party(second, Decimal(1))],
        service_type=builders.service_type(),
        lead=advisor,
        by=advisor,
        on=TODAY,
        now=NOW,
        minutes_agreed=1000,
    )
    assert made.reference == "F2026-001"
    engagements = [share.engagement for share in made.shares.order_by("pk")]
    assert [(work.organisation, work.minutes_agreed, work.phase) for work in engagements] == [
        (first, 667, "requested"),
        (second, 333, "requested"),
    ]
    with pytest.raises(PhaseTakesNoHours):
        log(made, 60, by=advisor)
    assert agree_all(order=made, by=advisor, on=TODAY, now=NOW) == 2
    assert split_of(log(made, 60, by=advisor)) == [40, 20]


def test_one_organisation_alone_or_twice_makes_no_joint_order(advisor: User) -> None:
    one = Party(builders.organisation(), Decimal(1))
    facts: dict[str, Any] = {"title": "Kurs", "service_type": builders.service_type(), "lead": advisor, "by": advisor}
    with pytest.raises(TooFewParties):
        make_joint_order(parties=[one], on=TODAY, now=NOW, **facts)
    with pytest.raises(PartyTwice):
        make_joint_order(parties=[one, one], on=TODAY, now=NOW, **facts)
    assert not JointOrder.objects.exists()
    assert not Engagement.objects.exists()


def test_new_parts_hold_from_now_on_and_an_old_hour_keeps_its_own(
    advisor: User, works: list[Engagement], order: JointOrder
) -> None:
    old = log(order, 90, by=advisor)
    newcomer = builders.organisation("Korpset")
    parties = [
        Party(works[0].organisation, Decimal("2.00")),
        Party(works[1].organisation, Decimal("1.00")),
        Party(newcomer, Decimal("1.00")),
    ]
    change_parts(order=order, parties=parties, by=advisor, on=TODAY, now=NOW)
    assert split_of(old) == [30, 30, 30]
    agree_all(order=order, by=advisor, on=TODAY, now=NOW)
    assert sorted(split_of(log(order, 60, by=advisor))) == [15, 15, 30]
    changed = change_joint_hour(hour=old, version=1, minutes=120, by=advisor, now=NOW)
    assert split_of(changed) == [40, 40, 40]
    left = works[2]
    assert not hasattr(Engagement.objects.get(pk=left.pk), "joint_share")
    assert left.time_entries.get().minutes == 40


def test_a_part_is_changed_and_removed_only_through_the_hour(advisor: User, order: JointOrder) -> None:
    part = log(order, 60, by=advisor).parts.order_by("engagement_id").first()
    assert part is not None
    with pytest.raises(PartOfJointHour) as refused:
        change_time(entry=part, version=1, minutes=5, by=advisor, now=NOW)
    assert order.reference in refused.value.message
    with pytest.raises(PartOfJointHour):
        remove_time(entry=part, version=1, by=builders.administrator(), now=NOW)
    assert TimeEntry.objects.get(pk=part.pk).minutes == 20


def test_a_change_of_the_hour_moves_all_parts_and_an_old_page_is_a_conflict(advisor: User, order: JointOrder) -> None:
    hour = log(order, 60, by=advisor, text="Kurs")
    changed = change_joint_hour(
        hour=hour, version=1, minutes=2, day=date(2026, 11, 19), text="Kort kurs", billable=False, by=advisor, now=NOW
    )
    assert split_of(changed) == [1, 1]
    assert {(part.day, part.text, part.billable) for part in changed.parts.all()} == {
        (date(2026, 11, 19), "Kort kurs", False)
    }
    with pytest.raises(JointHourMoved):
        change_joint_hour(hour=hour, version=1, minutes=30, by=advisor, now=NOW)
    again = change_joint_hour(hour=hour, version=2, minutes=100, billable=True, by=advisor, now=NOW)
    assert split_of(again) == [34, 33, 33]
    assert all(part.billable for part in again.parts.all())


def test_an_hour_is_removed_whole_and_taken_back_by_its_own_key(advisor: User, order: JointOrder) -> None:
    hour = log(order, 100, by=advisor, text="Kurs")
    facts = remove_joint_hour(hour=hour, version=1, by=advisor, now=NOW)
    assert not TimeEntry.objects.exists()
    assert not JointHour.objects.exists()
    with pytest.raises(RemovedMeanwhile):
        change_joint_hour(hour=hour, version=1, minutes=30, by=advisor, now=NOW)
    share = order.shares.order_by("pk")[0]
    share.part = Decimal(98)
    share.save()
    assert split_of(restore_joint_hour(facts=facts, by=advisor, now=NOW)) == [34, 33, 33]


@pytest.mark.parametrize("hold", [{"document": 202600123}, {"draft": 7}])
def test_an_hour_with_one_part_billed_or_proposed_stays_as_it_is(
    advisor: User, order: JointOrder, hold: dict[str, int]
) -> None:
    hour = log(order, 60, by=advisor)
    part = hour.parts.order_by("engagement_id").last()
    assert part is not None
    HourHold.objects.create(entry=part, **hold)
    with pytest.raises(PartHeld, match="Fjellkoret"):
        change_joint_hour(hour=hour, version=1, minutes=30, by=advisor, now=NOW)
    with pytest.raises(PartHeld):
        remove_joint_hour(hour=hour, version=1, by=advisor, now=NOW)
    assert split_of(hour) == [20, 20, 20]


def test_rules_of_hours_hold_for_the_whole_hour_and_for_every_part(
    advisor: User, works: list[Engagement], order: JointOrder
) -> None:
    builders.entry(builders.activity(), 1380, DAY, advisor=advisor)
    with pytest.raises(DayFull) as full:
        log(order, 61, by=advisor)
    assert full.value.facts["minutes"] == 1441
    hour = log(order, 60, by=advisor)
    with pytest.raises(DayFull):
        change_joint_hour(hour=hour, version=1, minutes=61, by=advisor, now=NOW)
    other = date(2026, 11, 12)
    Engagement.objects.filter(pk=works[1].pk).update(minutes_agreed=30)
    with pytest.raises(BeyondFrame) as beyond:
        log(order, 90, by=advisor, day=other)
    assert beyond.value.engagement == works[1]
    log(order, 90, by=advisor, day=other, billable=False)
    Engagement.objects.filter(pk=works[2].pk).update(phase="completed")
    with pytest.raises(PhaseTakesNoHours):
        log(order, 9, by=advisor, day=other)
    assert minutes_on(advisor, other) == 90
    close_month(kind=PeriodKind.HOURS, month=other, by=builders.administrator(), now=NOW)
    with pytest.raises(PeriodClosed):
        change_joint_hour(hour=hour, version=1, minutes=30, by=advisor, now=NOW)
    assert split_of(hour) == [20, 20, 20]


def test_only_who_may_write_on_all_engagements_logs_on_the_order(
    advisor: User, works: list[Engagement], order: JointOrder
) -> None:
    member = builders.advisor()
    works[0].team.add(member)
    with pytest.raises(NotOnTheTeam):
        log(order, 60, by=member)
    for work in works:
        work.team.add(member)
    hour = log(order, 60, by=member)
    with pytest.raises(NotYourHours):
        change_joint_hour(hour=hour, version=1, minutes=30, by=advisor, now=NOW)


def test_a_closed_order_takes_no_hours_until_it_is_opened(advisor: User, order: JointOrder) -> None:
    hour = log(order, 60, by=advisor)
    close_joint_order(order=order, closed=True, by=advisor, now=NOW)
    with pytest.raises(JointOrderClosed):
        log(order, 60, by=advisor)
    with pytest.raises(JointOrderClosed):
        remove_joint_hour(hour=hour, version=1, by=advisor, now=NOW)
    close_joint_order(order=order, closed=False, by=advisor, now=NOW)
    log(order, 60, by=advisor)


# --- Pages


@pytest.fixture
def browser(client: Client, advisor: User) -> Client:
    client.force_login(advisor)
    return client


def test_a_joint_order_is_made_in_the_browser_and_more_rows_keep_what_was_typed(browser: Client, advisor: User) -> None:
    builders.organisation("Bygdekor Vest")
    builders.organisation("Turlaget Vidda")
    data = {
        "title": "Felles kurs",
        "service_type": str(builders.service_type().pk),
        "lead": str(advisor.pk),
        "minutes_agreed": "20",
        "parties-TOTAL_FORMS": "3",
        "parties-INITIAL_FORMS": "0",
        "parties-0-organisation": "Bygdekor Vest",
        "parties-0-part": "2",
    }
    page = browser.post("/engagements/joint/new/", data | {"more": "1"})
    assert page.status_code == 200
    assert 'name="parties-3-organisation"' in page.content.decode()
    assert 'value="Bygdekor Vest"' in page.content.decode()
    wrong = browser.post("/engagements/joint/new/", data)
    assert wrong.status_code == 422
    assert "minst to organisasjoner" in wrong.content.decode()
    wrong = browser.post("/engagements/joint/new/", data | {"parties-1-part": "1e400", "parties-2-part": "-1"})
    assert wrong.status_code == 422
    rows = {"parties-1-organisation": "Turlaget Vidda", "parties-1-part": "1,5"}
    answer = browser.post("/engagements/joint/new/", data | rows)
    made = JointOrder.objects.get()
    assert answer.headers["Location"] == f"/engagements/joint/{made.reference}/"
    assert [share.part for share in made.shares.order_by("pk")] == [Decimal(2), Decimal("1.5")]


def test_hours_are_logged_changed_removed_and_taken_back_in_the_browser(browser: Client, order: JointOrder) -> None:
    path = f"/engagements/joint/{order.reference}/"
    assert browser.post(path, {"day": "18.11.2026", "minutes": "1:40", "text": "Kurs"}).status_code == 302
    page = browser.get(path).content.decode()
    assert "Bygdekor Vest 34 min" in page
    hour = JointHour.objects.get()
    refused = browser.post(path, {"day": "18.11.2026", "minutes": "23"})
    assert refused.status_code == 422
    assert 'value="23"' in refused.content.decode()
    own = f"{path}hours/{hour.pk}/"
    data = {"day": "18.11.2026", "minutes": "2", "text": "Kurs", "version": "1"}
    assert browser.post(own, data).status_code == 302
    assert browser.post(own, data | {"minutes": "3"}).status_code == 409
    answer = browser.post(f"{own}remove/", {"version": "2"})
    assert not TimeEntry.objects.exists()
    assert "Angre" in browser.get(answer.headers["Location"]).content.decode()
    browser.post("/time/undo/", {"key": f"j{hour.pk}"})
    assert split_of(JointHour.objects.get()) == [40, 40, 40]


def test_the_week_and_the_entry_say_where_a_part_is_changed(browser: Client, advisor: User, order: JointOrder) -> None:
    part = log(order, 60, by=advisor).parts.order_by("engagement_id").first()
    assert part is not None
    week = browser.get("/time/2026/w47/").content.decode()
    assert f"fellesbestillingen {order.reference}" in week
    assert f'href="/engagements/joint/{order.reference}/"' in week
    entry = browser.get(f"/time/entries/{part.pk}/").content.decode()
    assert f'href="/engagements/joint/{order.reference}/"' in entry
    assert browser.post(f"/time/entries/{part.pk}/", {"minutes": "1"}).status_code == 409
    cell = f"{part.engagement.reference}.member-system:2026-11-18" if part.engagement else ""
    data = {f"cell-{cell}": "5", f"seen-{cell}": f"{part.pk}.1.{part.minutes}"}
    assert browser.post("/time/2026/w47/", data).status_code == 409
    assert TimeEntry.objects.get(pk=part.pk).minutes == part.minutes


def test_lists_of_joint_orders_and_hours_do_not_ask_per_row(
    browser: Client, advisor: User, works: list[Engagement], order: JointOrder, django_assert_max_num_queries: Any
) -> None:
    for minutes in range(60, 72):
        log(order, minutes, by=advisor, day=date(2026, 11, minutes - 59))
    for number in range(12):
        other = builders.engagement(builders.organisation(f"Lag {number}"), advisor)
        builders.joint_order((other, 1), (builders.engagement(builders.organisation(f"Kor {number}"), advisor), 1))
    with django_assert_max_num_queries(10):
        browser.get("/engagements/joint/")
    with django_assert_max_num_queries(18):
        browser.get(f"/engagements/joint/{order.reference}/")


def test_a_member_sees_its_own_part_and_nobody_elses(advisor: User, works: list[Engagement], order: JointOrder) -> None:
    log(order, 100, by=advisor, text="Felles kurs")
    member = Client()
    own = works[1]
    member.force_login(builders.member(own.organisation, "reader", language="nb"))
    page = member.get(f"/portal/{own.organisation.number}/engagements/{own.reference}/").content.decode()
    assert "Deres del av hver time er 1 av 3" in page
    assert "0,55" in page
    assert "Bygdekor Vest" not in page
    assert "Fjellkoret" not in page
