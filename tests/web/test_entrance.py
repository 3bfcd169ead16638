"""Everyone lands on the first page of his role, in his language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Membership
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/portal/"])
def test_a_stranger_is_sent_to_the_door_and_back_to_where_he_was_going(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/login/?next={path}"


@pytest.mark.parametrize("role", ["advisor", "administrator"])
def test_staff_begin_with_their_day(client: Client, role: str) -> None:
    client.force_login(builders.user(role))
    assert client.get("/").headers["Location"] == "/today/"


@pytest.mark.parametrize("path", ["/", "/portal/"])
def test_a_member_begins_with_the_organisation(client: Client, path: str) -> None:
    organisation = builders.organisation()
    client.force_login(builders.member(organisation))
    assert client.get(path).headers["Location"] == f"/portal/{organisation.number}/"


def test_a_member_of_several_organisations_chooses(client: Client) -> None:
    first, second, former = (builders.organisation(name) for name in ("Bygdekor", "Turlag", "Skyttarlag"))
    member = builders.member(first)
    Membership.objects.create(organisation=second, user=member, role="reader", created_at=NOW)
    Membership.objects.create(organisation=former, user=member, role="owner", created_at=NOW, ended_at=NOW)
    client.force_login(member)
    page = client.get("/").content.decode()
    assert f"/portal/{first.number}/" in page
    assert f"/portal/{second.number}/" in page
    assert "Skyttarlag" not in page


def test_someone_with_neither_role_nor_organisation_is_told_so(client: Client) -> None:
    client.force_login(builders.user())
    assert "Brukeren din er ikke knyttet til en organisasjon." in client.get("/").content.decode()


def test_the_language_is_remembered_with_the_person(client: Client) -> None:
    member = builders.member(builders.organisation())
    client.force_login(member)
    response = client.post("/language/", {"language": "nn", "next": "/portal/"})
    assert response.headers["Location"] == "/portal/"
    member.refresh_from_db()
    assert member.language == "nn"
    assert 'lang="nn"' in Client().get("/login/", headers={"Cookie": "django_language=nn"}).content.decode()


def test_a_visitor_keeps_the_language_in_a_cookie(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    member = builders.member(builders.organisation())
    client.force_login(member)
    client.post("/language/", {"language": "xx", "next": "/"})
    member.refresh_from_db()
    assert member.language == ""


ELSEWHERE = ["//evil.example/", "https://evil.example/", r"/\evil.example", "javascript:alert(1)", "///evil.example"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_language_form_leads_to_no_other_host(client: Client, target: str) -> None:
    location = client.post("/language/", {"language": "nn", "next": target}).headers["Location"]
    assert location == "/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_no_other_host(client: Client, target: str) -> None:
    person = builders.advisor()
    said = {"login": person.email, "password": "a password of ten signs", "next": target}
    response: Any = client.post("/login/", said)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
