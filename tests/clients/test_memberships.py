"""Access to the portal: given by address, one at a time, never without an owner, telling nothing about others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from clients.memberships import Membership, Role
from clients.memberships.services import (
    AccessEnded,
    CannotSignIn,
    HasAccessAlready,
    LastOwner,
    change_role,
    end_access,
    give_access,
)
from clients.organisations import Organisation
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def _give(org: Organisation, email: str = "kasserer@lag.example", role: Role = Role.FINANCE) -> Membership:
    return give_access(organisation=org, email=email, name="Kasserer", role=role, by=None, now=NOW)


def test_a_new_person_gets_a_user_without_a_password() -> None:
    org = builders.organisation(language="nn")
    made = _give(org, " Kasserer@Lag.Example ")
    assert made.user.email == "kasserer@lag.example"
    assert not made.user.has_usable_password()
    assert made.user.language == "nn"
    assert AuditEvent.objects.get(action="membership.give").organisation == org.number


def test_a_known_person_gets_a_membership_and_nothing_tells_of_the_other_organisation() -> None:
    first, second = builders.organisation("Strandryddelaget"), builders.organisation()
    known = builders.member(first, name="Kari Nordmann")
    made = give_access(organisation=second, email=known.email, name="Revisor", role=Role.READER, by=None, now=NOW)
    assert made.user == known
    assert made.shown_name == "Revisor"
    assert "Kari" not in str(AuditEvent.objects.get(action="membership.give").after)


def test_a_sign_in_from_before_the_membership_is_not_shown() -> None:
    made = _give(builders.organisation())
    made.user.last_login = NOW - timedelta(days=1)
    assert made.last_sign_in is None
    made.user.last_login = NOW + timedelta(days=1)
    assert made.last_sign_in == NOW + timedelta(days=1)


def test_access_is_given_once() -> None:
    org = builders.organisation()
    _give(org)
    with pytest.raises(HasAccessAlready):
        _give(org, "KASSERER@lag.example")
    assert Membership.objects.count() == 1


def test_someone_shut_out_cannot_be_let_in_by_an_organisation() -> None:
    out = User.objects.create_user("ute@lag.example", is_active=False)
    with pytest.raises(CannotSignIn):
        _give(builders.organisation(), out.email)


def test_the_last_owner_neither_goes_nor_becomes_something_else() -> None:
    org = builders.organisation()
    owner = _give(org, "leder@lag.example", Role.OWNER)
    _give(org)
    with pytest.raises(LastOwner):
        end_access(membership=owner, by=None, now=NOW)
    with pytest.raises(LastOwner):
        change_role(membership=owner, role=Role.FINANCE, by=None, now=NOW)
    owner.refresh_from_db()
    assert (owner.role, owner.ended_at) == ("owner", None)


def test_an_owner_of_two_can_go_and_the_other_cannot() -> None:
    org = builders.organisation()
    first, second = _give(org, "a@lag.example", Role.OWNER), _give(org, "b@lag.example", Role.OWNER)
    end_access(membership=first, by=None, now=NOW)
    with pytest.raises(LastOwner):
        end_access(membership=second, by=None, now=NOW)
    assert list(Membership.objects.current()) == [second]


def test_an_ended_membership_keeps_its_row_and_cannot_be_changed() -> None:
    org = builders.organisation()
    made = _give(org)
    end_access(membership=made, by=None, now=NOW)
    with pytest.raises(AccessEnded):
        change_role(membership=made, role=Role.OWNER, by=None, now=NOW)
    again = _give(org)
    assert again.pk != made.pk


def test_owners_stand_first() -> None:
    org = builders.organisation()
    for email, role in (("a@x.example", Role.READER), ("b@x.example", Role.OWNER), ("c@x.example", Role.FINANCE)):
        _give(org, email, role)
    assert [m.role for m in org.memberships.by_rank()] == ["owner", "finance", "reader"]
