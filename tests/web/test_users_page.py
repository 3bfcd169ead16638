"""Those who work here: roles, switching off, and the last administrator."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from advisory.kernel import staff
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.users import StaffRole, User
from clients.invitations.models import Invitation
from clients.invitations.services import invite
from clients.memberships import Role
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> User:
    return builders.administrator(name="Leder")


@pytest.fixture
def office(client: Client, me: User) -> Client:
    client.force_login(me)
    return client


def test_the_page_shows_who_works_here_and_whom_we_invited(office: Client) -> None:
    builders.advisor(name="Rådgiver Nord")
    builders.advisor(name="Rådgiver Sør", is_active=False)
    builders.member(builders.organisation(), name="Kasserer")
    facts = {"name": "Rådgiver Øst", "email": "ost@hus.example", "role": "advisor"}
    page = office.post(reverse("user_new"), facts, follow=True).content.decode()
    for word in (
        "Rådgiver Nord",
        "Rådgiver Sør",
        "1 person er stengt ute",
        "ost@hus.example",
        "2 personer arbeider her",
    ):
        assert word in page
    assert "Kasserer" not in page
    made = Invitation.objects.get()
    for name in ("user_again", "user_withdraw"):
        assert office.post(reverse(name, args=[made.pk])).status_code == 302
    assert "ost@hus.example" not in office.get(reverse("users")).content.decode().split("</h1>")[1].split("<h2")[-1]


def test_the_page_tells_who_has_a_second_factor(office: Client, me: User) -> None:
    other = builders.advisor()
    Authenticator.objects.create(user=me, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=other, type=Authenticator.Type.RECOVERY_CODES, data={})
    rows = office.get(reverse("users")).content.decode().split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    said = {("Leder" in row): ("Ja" in row.split("Totrinn")[1]) for row in rows}
    assert said == {True: True, False: False}


def test_a_mistake_keeps_what_was_written(office: Client) -> None:
    answer = office.post(reverse("user_new"), {"name": "Ny", "email": builders.advisor().email, "role": "advisor"})
    assert answer.status_code == 422
    assert "arbeider her allerede" in answer.content.decode()


def test_invitations_to_organisations_are_not_touched_from_here(office: Client, me: User) -> None:
    made = invite(email="x@lag.example", role=Role.READER, by=me, now=NOW, organisation=builders.organisation())
    assert office.post(reverse("user_withdraw", args=[made.pk])).status_code == 404
    assert "x@lag.example" not in office.get(reverse("users")).content.decode()


def test_a_change_of_role_says_what_is_gained_and_lost_and_works_at_the_next_request(office: Client) -> None:
    other = builders.administrator()
    url = reverse("user_edit", args=[other.pk])
    page = office.get(url).content.decode()
    assert "kan ikke lenger: vedta priser og rabatter" in page
    theirs = Client()
    theirs.force_login(other)
    assert theirs.get("/outbox/").status_code == 200
    assert office.post(url, {"role": "advisor"}).status_code == 302
    assert theirs.get("/outbox/").status_code == 403
    event = AuditEvent.objects.get(action="user.change")
    assert (event.before, event.after) == ({"staff_role": "administrator"}, {"staff_role": "advisor"})


def test_whoever_is_switched_off_is_out_at_once_and_let_in_again_signs_in_anew(office: Client) -> None:
    other = builders.advisor()
    theirs = Client()
    theirs.force_login(other)
    assert theirs.get("/today/").status_code == 200
    assert office.post(reverse("user_off", args=[other.pk])).status_code == 302
    assert theirs.get("/today/").status_code == 302
    assert office.post(reverse("user_on", args=[other.pk])).status_code == 302
    assert theirs.get("/today/").status_code == 302  # the session from before is worth nothing
    other.refresh_from_db()
    assert (other.is_active, other.session_epoch) == (True, 1)


def test_nobody_decides_about_himself(office: Client, me: User) -> None:
    builders.administrator()
    assert "Dette er deg" not in office.get(reverse("users")).content.decode()
    page = office.get(reverse("user_edit", args=[me.pk])).content.decode()
    assert "Dette er deg" in page
    for name, facts in (("user_edit", {"role": "advisor"}), ("user_off", {})):
        answer = office.post(reverse(name, args=[me.pk]), facts)
        assert answer.status_code == 422
        assert "din egen tilgang" in answer.content.decode()
    me.refresh_from_db()
    assert me.is_administrator


def test_the_last_administrator_stays(office: Client, me: User) -> None:
    builders.administrator(is_active=False)
    for name, facts in (("user_edit", {"role": "advisor"}), ("user_off", {})):
        answer = office.post(reverse(name, args=[me.pk]), facts)
        assert "er den eneste administratoren" in answer.content.decode()
    me.refresh_from_db()
    assert me.is_administrator


def test_a_decision_of_somebody_who_has_just_lost_the_role_is_refused(me: User) -> None:
    stale, target = builders.administrator(), builders.advisor()
    staff.change_role(person=stale, role=StaffRole.ADVISOR, by=me, now=NOW)
    assert stale.is_administrator  # what his request read before
    with pytest.raises(OnlyAdministrators):
        staff.switch_off(person=target, by=stale, now=NOW)


def test_members_and_empty_roles_are_not_changed_here(office: Client, me: User) -> None:
    member = builders.member(builders.organisation())
    assert office.get(reverse("user_edit", args=[member.pk])).status_code == 404
    with pytest.raises(staff.NoStaffRole):
        staff.change_role(person=member, role=StaffRole.ADMINISTRATOR, by=me, now=NOW)
    assert office.post(reverse("user_edit", args=[builders.advisor().pk]), {"role": ""}).status_code == 422


def test_the_page_asks_the_same_however_many_work_here(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        builders.advisor()
    with django_assert_max_num_queries(12):
        assert office.get(reverse("users")).status_code == 200
