"""Commands of the house: the first administrator, and the guards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from advisory.kernel import guards
from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from tests import builders

pytestmark = pytest.mark.django_db


def create(email: str = "first@example.org", **options: str) -> str:
    out = StringIO()
    call_command("create_administrator", email, stdout=out, **options)
    return out.getvalue()


def test_the_first_administrator_can_sign_in_with_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "a long sentence of mine")
    assert "first@example.org is an administrator." in create("First@Example.org", name="First")
    person = User.objects.get(email="first@example.org")
    assert person.is_administrator
    assert person.name == "First"
    assert person.check_password("a long sentence of mine")
    assert AuditEvent.objects.filter(action="user.create", object_id=str(person.pk)).count() == 1


def test_running_it_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "a long sentence of mine")
    create()
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "another long sentence")
    create()
    assert User.objects.get().check_password("a long sentence of mine")
    assert AuditEvent.objects.count() == 1


def test_an_advisor_becomes_administrator_and_the_log_says_what_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "")
    person = builders.advisor(is_active=False)
    create(person.email)
    person.refresh_from_db()
    assert person.is_administrator
    event = AuditEvent.objects.get(action="user.change")
    assert event.before == {"staff_role": "advisor", "is_active": False}


def test_without_a_password_the_person_signs_in_with_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "")
    create()
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(("email", "password"), [("no address", "a long sentence of mine"), ("a@example.org", "short")])
def test_a_bad_address_or_a_weak_password_is_refused(
    email: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)
    with pytest.raises(CommandError):
        create(email)
    assert not User.objects.exists()


def test_the_guards_command_finds_a_missing_guard_and_puts_it_back(committed: None) -> None:
    call_command("guards", "--check", stdout=StringIO())
    with connection.cursor() as cursor:
        on = " ON billing_invoice" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER invoice_frozen_update{on}")
    with pytest.raises(CommandError, match="invoice_frozen_update"):
        call_command("guards", "--check")
    call_command("guards", "--install", stdout=StringIO())
    assert guards.missing(connection) == set()
