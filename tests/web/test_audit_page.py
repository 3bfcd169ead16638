"""The audit log on screen: every event has words, filters narrow, the file says the same, and nobody else reads it."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from advisory.kernel import audit
from advisory.kernel.audit import AuditEvent
from advisory.web.audit import words
from tests import builders
from tests.architecture.sources import calls, python_files
from tests.builders import NOW

pytestmark = pytest.mark.django_db

#: The choices of actions that are put together from a variable.
PUT_TOGETHER = {
    "cost_base.": {f"{row}_{verb}" for row in ("line", "salary", "asset") for verb in ("add", "change", "remove")},
    "engagement.": {"requested", "agreed", "active", "completed", "closed", "cancelled"},
    "pot.": {"grant", "return"},
    "recommendation.": {"add", "change", "withdraw"},
}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(builders.administrator(name="Administrator Én"))
    return client


def recorded_actions() -> set[str]:
    """Every action that any verb records, read from the source."""
    found: set[str] = set()
    for path in python_files():
        if path.name == "audit.py":
            continue
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in ("record", "event") or not call.args:
                continue
            action = call.args[0]
            if isinstance(action, ast.Constant) and isinstance(action.value, str) and "." in action.value:
                found.add(action.value)
            elif isinstance(action, ast.JoinedStr) and isinstance(action.values[0], ast.Constant):
                prefix = str(action.values[0].value)
                found |= {prefix + rest for rest in PUT_TOGETHER[prefix]}
    return found


def test_every_action_that_is_recorded_has_words_and_a_kind() -> None:
    actions = recorded_actions()
    assert len(actions) > 40
    assert not actions - set(words.ACTIONS)
    assert not {action.partition(".")[0] for action in actions} - set(words.KINDS)


def test_the_log_tells_who_what_when_why_and_both_sides(office: Client) -> None:
    organisation = builders.organisation("Bygdekor Vest")
    by = builders.administrator(name="Administrator To")
    audit.record(
        "organisation.change", organisation, by=by, now=datetime(2026, 11, 22, 9, 10, tzinfo=UTC),
        before={"city": "Fjordvik", "in_voluntary_register": False},
        after={"city": "Bergen", "in_voluntary_register": True},
        reason="Flyttet", organisation=organisation.number,
    )  # fmt: skip
    page = office.get(reverse("audit_log")).content.decode()
    for word in ("10.10", "Organisasjon endret", "Bygdekor Vest", "Administrator To", "Flyttet", "Fjordvik", "Bergen"):
        assert word in page
    assert "Nei" in page
    assert "Ja" in page
    assert reverse("organisation", args=[organisation.number]) in page


def test_whatever_a_verb_kept_can_be_shown(office: Client) -> None:
    kept = {
        "contacts": 2,
        "no_such_field": {"T1": ["0", 70]},
        "hours": [],
        "kind": "voluntary",
        "valid_from": "2026-03-02",
    }
    audit.record("organisation.change", builders.organisation(), by=None, now=NOW, after=kept)
    page = office.get(reverse("audit_log")).content.decode()
    for word in ("frivillig organisasjon", "02.03.2026", "No such field"):
        assert word in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("q=kornavn", {"Kornavn"}),
        ("q=opprettet", {"Kornavn", "Lagsnavn"}),
        ("kind=user", {"Kornavn", "Lagsnavn"}),
        ("kind=invoice", set()),
        ("organisation=4711", {"Lagsnavn"}),
        ("first=2026-11-23", {"Lagsnavn"}),
        ("last=2026-11-22", {"Kornavn"}),
    ],
)
def test_filters_narrow_by_text_kind_organisation_and_days_in_oslo(office: Client, query: str, seen: set[str]) -> None:
    someone = builders.advisor()
    # 22.59 UTC is the last minute of 22 November in Oslo, 23.00 the first of the next day.
    audit.record("user.create", someone, by=None, now=datetime(2026, 11, 22, 22, 59, tzinfo=UTC), label="Kornavn")
    audit.record(
        "user.create", someone, by=None, now=datetime(2026, 11, 22, 23, 0, tzinfo=UTC), label="Lagsnavn",
        organisation=4711,
    )  # fmt: skip
    page = office.get(f"{reverse('audit_log')}?{query}").content.decode()
    assert {name for name in ("Kornavn", "Lagsnavn") if f"</strong>: {name}" in page} == seen
    file = office.get(f"{reverse('audit_log_file')}?{query}").content.decode("utf-8-sig")
    assert {name for name in ("Kornavn", "Lagsnavn") if f";{name};" in file} == seen


def test_one_object_has_its_own_history(office: Client) -> None:
    first, second = builders.organisation("Den ene"), builders.organisation("Den andre")
    for org in (first, second):
        audit.record("organisation.register", org, by=None, now=NOW)
    page = office.get(f"{reverse('audit_log')}?object=clients.organisation:{first.pk}").content.decode()
    assert "Den ene" in page
    assert "Den andre" not in page


def test_a_filter_that_is_no_date_is_named_and_kept(office: Client) -> None:
    answer = office.get(f"{reverse('audit_log')}?first=i+overmorgen+kanskje&q=kor")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert "i overmorgen kanskje" in page
    assert 'value="kor"' in page


def test_an_empty_period_says_so_and_leads_back(office: Client) -> None:
    page = office.get(f"{reverse('audit_log')}?last=2001-01-01").content.decode()
    assert "Ingen hendelser i perioden." in page
    assert "Vis alle" in page


def test_the_file_defuses_formulas(office: Client) -> None:
    audit.record("user.create", builders.advisor(), by=None, now=NOW, label="=HYPERLINK(1)")
    assert ";'=HYPERLINK(1);" in office.get(reverse("audit_log_file")).content.decode("utf-8-sig")


def test_the_number_of_queries_does_not_grow(office: Client, django_assert_num_queries: object) -> None:
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            office.get(reverse("audit_log"))
        return len(queries)

    someone = builders.advisor()
    audit.record("user.create", someone, by=someone, now=NOW)
    few = count()
    for _ in range(30):
        audit.record("user.create", someone, by=builders.advisor(), now=NOW)
    assert count() == few


def test_signing_in_is_in_the_log(client: Client) -> None:
    person = builders.administrator()
    client.post(reverse("account_login"), {"login": person.email, "password": "a password of ten signs"})
    [event] = AuditEvent.objects.filter(action="user.sign_in")
    assert event.actor == person


@pytest.mark.parametrize("role", ["advisor", ""])
def test_only_administrators_read_the_log(client: Client, role: str) -> None:
    client.force_login(builders.user(role))
    for name in ("audit_log", "audit_log_file"):
        assert client.get(reverse(name)).status_code in (403, 404)
