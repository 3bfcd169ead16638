"""What has been kept long enough goes, the day it is due and not before; what the books need stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from advisory.kernel import retention
from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.idempotency import IdempotentAnswer
from advisory.kernel.outbox import MessageState, OutboundMessage
from advisory.kernel.retention import Kind, RetentionRun, findings_of
from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from clients.contacts import services as contacts
from clients.models import Contact, EvidenceFile, IncomeDeclaration, Invitation, Membership, Note
from clients.notes import services as notes
from clients.organisations import services as organisations
from engagements.models import Engagement, NextStep, Outcome, Recommendation, TimeEntry
from tests import builders
from tests.access.world import _evidence
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def run(now: datetime = NOW) -> dict[str, int]:
    """What a run took, by kind."""
    return {finding.key: finding.erased for finding in findings_of(retention.run(now=now)) if finding.erased}


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 20), 12, date(2025, 11, 20)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 11, 30), -3, date(2027, 2, 28)),
        (date(2026, 12, 1), 36, date(2023, 12, 1)),
    ],
)
def test_months_before_a_day(day: date, months: int, expected: date) -> None:
    assert retention.months_before(day, months) == expected


def test_the_books_are_kept_five_years_after_their_year_and_what_they_rest_on_three_and_a_half() -> None:
    # Bokføringsloven § 13: a document of 2026 through 2031, an agreement of 2026 through 30 June 2030.
    assert retention.kept_until(date(2026, 1, 1)) == date(2031, 12, 31)
    assert retention.first_kept(date(2031, 12, 31)) == date(2026, 1, 1)
    assert retention.first_kept(date(2032, 1, 1)) == date(2027, 1, 1)
    assert retention.first_kept_secondary(date(2030, 6, 30)) == date(2026, 1, 1)
    assert retention.first_kept_secondary(date(2030, 7, 1)) == date(2027, 1, 1)


def test_a_contact_that_was_put_away_loses_the_name_a_year_later() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    contact = contacts.add(organisation=org, name="Kari Li", email="kari@li.example", by=administrator, now=NOW)
    contacts.deactivate(contact=contact, by=administrator, now=NOW)
    assert "contacts" not in run(on(date(2027, 11, 20)))
    assert run(on(date(2027, 11, 21)))["contacts"] == 1
    contact.refresh_from_db()
    assert (contact.name, contact.email) == ("Slettet person 1", "")
    assert "contacts" not in run(on(date(2027, 11, 22)))


def test_a_contact_in_use_again_begins_anew() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    contact = contacts.add(organisation=org, name="Kari Li", by=administrator, now=NOW)
    contacts.deactivate(contact=contact, by=administrator, now=NOW)
    contacts.activate(contact=contact, by=administrator, now=NOW + timedelta(days=300))
    assert "contacts" not in run(on(date(2028, 1, 1)))


def test_contacts_of_an_organisation_that_is_inactive_end_with_it() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    contact = contacts.add(organisation=org, name="Kari Li", by=administrator, now=NOW)
    organisations.change(organisation=org, status="inactive", by=administrator, now=NOW)
    contact.refresh_from_db()
    assert contact.ended_at == NOW
    organisations.change(organisation=org, status="active", by=administrator, now=NOW)
    contact.refresh_from_db()
    assert contact.ended_at is None


def test_a_member_without_access_for_a_year_becomes_a_pseudonym_and_one_with_another_access_stays() -> None:
    one, other = builders.organisation(), builders.organisation()
    gone, busy = builders.member(one), builders.member(one)
    long_ago = NOW - timedelta(days=400)
    User.objects.update(created_at=long_ago)
    Membership.objects.filter(user__in=[gone, busy]).update(ended_at=long_ago, name="Kari Li")
    Membership.objects.create(organisation=other, user=busy, role="reader", created_at=NOW)
    taken = run()
    assert taken["ended_access"] == 1
    assert taken["member_names"] == 1
    gone.refresh_from_db()
    busy.refresh_from_db()
    assert gone.email == "erased-1@erased.invalid"
    assert not gone.is_active
    assert busy.erased_at is None
    assert Membership.objects.get(user=busy, organisation=one).name == ""


def test_those_who_work_here_are_never_taken_by_the_night() -> None:
    advisor = builders.advisor(is_active=False)
    User.objects.update(created_at=NOW - timedelta(days=4000))
    run()
    advisor.refresh_from_db()
    assert advisor.erased_at is None


def _message(age: int, **fields: Any) -> OutboundMessage:
    return OutboundMessage.objects.create(
        kind="document", reference=f"{age}", recipient="kari@li.example", language="nb", subject="Faktura", body="Hei",
        created_at=NOW - timedelta(days=age), **fields,
    )  # fmt: skip


def test_a_mail_of_a_year_ago_loses_recipient_and_text_but_one_that_waits_does_not() -> None:
    old, young = _message(366, sent_at=NOW), _message(364, sent_at=NOW)
    waits = _message(800)
    assert run()["messages"] == 1
    for message in (old, young, waits):
        message.refresh_from_db()
    assert (old.recipient, old.body, old.subject) == (f"erased-0-{old.pk}@erased.invalid", "", "Faktura")
    assert young.body == waits.body == "Hei"
    assert waits.state is MessageState.WAITING
    assert "messages" not in run()


def test_tokens_answers_invitations_and_notes_go_when_their_time_is_out() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    ApiToken.objects.create(
        user=administrator, name="Regneark", digest="x" * 64, prefix="sk", created_at=NOW - timedelta(days=900),
        expires_at=NOW - timedelta(days=367),
    )  # fmt: skip
    IdempotentAnswer.objects.create(
        user=administrator, key="1", request="x", status=201, body="{}", at=NOW - timedelta(days=9)
    )
    Invitation.objects.create(
        email="kari@li.example", organisation=org, role="reader", digest="y" * 64, invited_by=administrator,
        invited_at=NOW - timedelta(days=400), expires_at=NOW - timedelta(days=386),
    )  # fmt: skip
    notes.write(organisation=org, text="Gammelt", by=administrator, now=NOW - timedelta(days=3 * 366))
    notes.write(organisation=org, text="Nytt", by=administrator, now=NOW - timedelta(days=3 * 364))
    taken = run()
    assert {key: taken[key] for key in ("tokens", "answers", "invitations", "notes")} == {
        "tokens": 1, "answers": 1, "invitations": 1, "notes": 1,
    }  # fmt: skip
    assert [note.text for note in Note.objects.all()] == ["Nytt"]


def _ended(day: date, **fields: Any) -> Engagement:
    facts = {"phase": "closed", "completed_on": day, "done": "Kurs holdt", "their_reference": "Kari Li"} | fields
    return builders.engagement(builders.organisation(), builders.advisor(), **facts)


def test_texts_of_results_go_after_three_years_and_the_codes_stay() -> None:
    old, young = _ended(date(2023, 11, 19)), _ended(date(2023, 11, 21))
    for work in (old, young):
        builders.outcome(work, after=3)
        builders.recommendation(work)
        NextStep.objects.create(engagement=work, text="Ring Kari Li")
    assert run()["results"] == 1
    outcome = Outcome.objects.get(engagement=old)
    assert (outcome.goal, outcome.result, outcome.status, outcome.after) == ("–", "", "partly", Decimal(3))
    assert Recommendation.objects.get(engagement=old).reason == "–"
    assert not NextStep.objects.filter(engagement=old).exists()
    assert Outcome.objects.get(engagement=young).result == "To leverandører gjenstår."
    assert "results" not in run()


def test_agreements_and_notes_of_hours_go_three_and_a_half_years_after_their_year() -> None:
    # 20 November 2026: what ended in 2022 was kept through 30 June 2026, what ended in 2023 is kept through 2027.
    old, young = _ended(date(2022, 12, 31)), _ended(date(2023, 1, 1))
    loose = builders.entry(old, 60, date(2022, 12, 30), text="Møte med Kari Li")
    kept = builders.entry(young, 60, date(2023, 1, 1), text="Møte med Kari Li")
    taken = run()
    assert taken["agreements"] == 1
    assert taken["hours"] == 1
    for row in (old, young, loose, kept):
        row.refresh_from_db()
    assert (old.goal, old.done, old.their_reference) == ("", "", "")
    assert old.title == "Medlemssystem"
    assert (loose.text, loose.minutes) == ("", 60)
    assert young.done == "Kurs holdt"
    assert kept.text == "Møte med Kari Li"


def _billed(day: date) -> TimeEntry:
    """An hour of `day` on an invoice of today, of an engagement that ended on that day."""
    org, administrator = builders.organisation(), builders.administrator()
    builders.seller(valid_from=date(2020, 1, 1))
    builders.rate(valid_from=date(2020, 1, 1))
    builders.tier_table(valid_from=date(2020, 1, 1))
    builders.pot(starts=date(2020, 1, 1))
    builders.decision(org, valid_from=date(2020, 1, 1), valid_to=date(2027, 6, 30))
    work = builders.engagement(org, builders.advisor(), phase="closed", completed_on=day, requested_on=day)
    entry = builders.entry(work, 90, day)
    [draft] = gather(up_to=TODAY, by=administrator, now=NOW, organisations=[org.pk])
    issued = issue({draft.pk: None}, by=administrator, now=NOW)
    assert not issued.failures
    return entry


def test_what_an_invoice_rests_on_is_kept_five_years_and_its_hours_as_long_as_the_books() -> None:
    entry = _billed(date(2022, 6, 1))
    taken = run()
    assert "agreements" not in taken
    assert "hours" not in taken
    # The invoice is of 2026: the agreement goes on the first day of 2032, the hour itself never.
    assert "agreements" not in run(on(date(2031, 12, 31)))
    assert run(on(date(2032, 1, 1)))["agreements"] == 1
    entry.refresh_from_db()
    assert entry.text == "Møte med styret"


def test_evidence_goes_a_year_after_the_discount_unless_an_invoice_rests_on_it() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    decision = builders.decision(org, valid_from=date(2024, 1, 1), valid_to=date(2025, 6, 30))
    assert decision.declaration is not None
    file = _evidence(decision.declaration, administrator)
    EvidenceFile.objects.filter(pk=file.pk).update(uploaded_at=on(date(2024, 1, 2)))
    assert "evidence" not in run(on(date(2026, 6, 30)))
    assert run(on(date(2026, 7, 1)))["evidence"] == 1
    assert not EvidenceFile.objects.exists()


def test_evidence_behind_an_invoice_stays_five_years_after_its_year() -> None:
    _billed(date(2026, 10, 14))
    declaration = IncomeDeclaration.objects.get()
    _evidence(declaration, builders.administrator())
    EvidenceFile.objects.update(uploaded_at=on(date(2020, 1, 2)))
    assert "evidence" not in run(on(date(2031, 12, 31)))
    assert run(on(date(2032, 1, 1)))["evidence"] == 1


def _event(action: str, at: datetime) -> AuditEvent:
    return AuditEvent.objects.create(
        at=at, action=action, object_type="kernel.user", object_id="1", object_label="Kari Li"
    )


def test_sign_ins_go_after_a_year_and_the_log_five_years_after_its_year() -> None:
    now = timezone.now()
    _event("user.sign_in", now - timedelta(days=400))
    recent = _event("user.sign_in", now - timedelta(days=300))
    old = _event("contact.change", now.replace(year=now.year - 6, month=12, day=31))
    kept = _event("contact.change", now.replace(year=now.year - 5, month=1, day=2))
    forever = _event("person.erase", now.replace(year=now.year - 9, month=1, day=2))
    taken = run(now)
    assert taken["sign_ins"] == 1
    assert taken["audit"] == 1
    left = set(AuditEvent.objects.exclude(action="retention.run"))
    assert left == {recent, kept, forever}
    assert old not in left


@pytest.mark.parametrize(("action", "days"), [("user.sign_in", 364), ("contact.change", 366), ("contact.change", 1820)])
def test_the_database_refuses_to_let_a_young_event_go(action: str, days: int) -> None:
    event = _event(action, timezone.now() - timedelta(days=days))
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).delete()
    assert AuditEvent.objects.filter(pk=event.pk).exists()


@pytest.mark.parametrize("days", [10, 4000])
def test_the_database_refuses_to_change_an_event_of_any_age(days: int) -> None:
    event = _event("user.sign_in", timezone.now() - timedelta(days=days))
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(object_label="En annen")


def test_a_run_is_in_the_log_with_its_counts_and_a_rehearsal_changes_nothing() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    notes.write(organisation=org, text="Gammelt", by=administrator, now=NOW - timedelta(days=2000))
    rehearsal = retention.rehearse(now=NOW, by=administrator)
    assert {one.key: one.due for one in findings_of(rehearsal) if one.due} == {"notes": 1}
    assert Note.objects.exists()
    assert not AuditEvent.objects.filter(action="retention.run").exists()
    made = retention.run(now=NOW)
    assert AuditEvent.objects.of(made).get().after == {"notes": 1}
    assert RetentionRun.objects.count() == 2
    with pytest.raises(OnlyAdministrators):
        retention.rehearse(now=NOW, by=builders.advisor())


def test_what_comes_in_the_next_twelve_months_is_foretold() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    notes.write(organisation=org, text="Snart", by=administrator, now=NOW - timedelta(days=900))
    [finding] = [one for one in retention.look(TODAY) if one.key == "notes"]
    assert (finding.due, finding.soon) == (0, 1)


def test_a_kind_that_fails_is_noted_and_holds_back_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator, org = builders.administrator(), builders.organisation()
    notes.write(organisation=org, text="Gammelt", by=administrator, now=NOW - timedelta(days=2000))
    contact = contacts.add(organisation=org, name="Kari Li", by=administrator, now=NOW)
    Contact.objects.update(ended_at=NOW - timedelta(days=400))

    def half_way(keys: Sequence[Any], now: datetime) -> int:
        Note.objects.all().delete()
        raise RuntimeError("cut off")

    kinds = {kind.key: kind for kind in retention.kinds()}
    broken = Kind(**{**{name: getattr(kinds["notes"], name) for name in Kind.__slots__}, "erase": half_way})
    monkeypatch.setitem(retention._kinds, "notes", broken)
    found = {one.key: one for one in findings_of(retention.run(now=NOW))}
    assert found["notes"].failed
    assert Note.objects.exists()
    contact.refresh_from_db()
    assert contact.name == "Slettet person 1"


def test_a_run_takes_a_bounded_number_and_the_next_night_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 2)
    administrator, org = builders.administrator(), builders.organisation()
    for _ in range(3):
        notes.write(organisation=org, text="Gammelt", by=administrator, now=NOW - timedelta(days=2000))
    assert run()["notes"] == 2
    assert run()["notes"] == 1


def test_the_command_says_what_is_due_and_changes_nothing_in_a_dry_run() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    notes.write(organisation=org, text="Gammelt", by=administrator, now=timezone.now() - timedelta(days=2000))
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert "✓ Notater om organisasjoner: 1 → 0 (3 år)" in out.getvalue()
    assert Note.objects.exists()
    call_command("retention", stdout=StringIO())
    assert not Note.objects.exists()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_tells_of_every_kind_and_rehearses() -> None:
    administrator, org = builders.administrator(language="nb"), builders.organisation()
    notes.write(organisation=org, text="Gammelt", by=administrator, now=timezone.now() - timedelta(days=2000))
    client = signed_in(administrator)
    page = client.get("/settings/retention/").content.decode()
    for kind in retention.kinds():
        assert str(kind.label) in page
    assert "1 opplysning skal slettes ved neste kjøring" in page
    answer = client.post("/settings/retention/rehearse/", follow=True).content.decode()
    assert "Natten ville tatt 1 opplysning. Ingenting er endret." in answer
    assert "ville tatt 1 opplysning" in answer


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    django_assert_max_num_queries: Any,
) -> None:
    administrator = builders.administrator()
    client = signed_in(administrator)
    client.get("/settings/retention/")
    with django_assert_max_num_queries(60) as few:
        client.get("/settings/retention/")
    org = builders.organisation()
    for _ in range(5):
        notes.write(organisation=org, text="Gammelt", by=administrator, now=NOW - timedelta(days=2000))
        retention.rehearse(now=NOW)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/settings/retention/")
