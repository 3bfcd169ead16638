"""Contacts: added, changed, put away and taken back, all in the log."""

from __future__ import annotations

import pytest

from advisory.kernel.audit import AuditEvent
from clients.contacts.services import activate, add, change, deactivate
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_a_contact_lives_through_all_its_verbs_and_each_is_recorded() -> None:
    org, by = builders.organisation(), builders.advisor()
    made = add(organisation=org, name="Leder", email="leder@lag.example", by=by, now=NOW)
    change(contact=made, name="Leder", role="Styreleder", email="leder@lag.example", phone="", by=by, now=NOW)
    deactivate(contact=made, by=by, now=NOW)
    made.refresh_from_db()
    assert (made.role, made.active) == ("Styreleder", False)
    activate(contact=made, by=by, now=NOW)
    made.refresh_from_db()
    assert made.active
    actions = AuditEvent.objects.filter(organisation=org.number).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["contact.add", "contact.change", "contact.deactivate", "contact.activate"]


def test_a_change_that_changes_nothing_is_not_recorded() -> None:
    made = add(organisation=builders.organisation(), name="Leder", by=None, now=NOW)
    change(contact=made, name="Leder", role="", email="", phone="", by=None, now=NOW)
    assert AuditEvent.objects.count() == 1
