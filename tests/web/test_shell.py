"""The frame: every link leads somewhere, the closest one is current, and a language is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from advisory.kernel.users import StaffRole, User
from advisory.web import shell
from advisory.web.shell import Item
from clients.models import Membership
from tests import builders


def all_items() -> Iterator[Item]:
    for item in (*shell.STAFF_NAV, *shell.STAFF_MORE, *shell.STAFF_NEW, *shell.FOOT):
        yield item
        yield from item.children


def test_every_link_of_the_frame_leads_to_a_page() -> None:
    for item in all_items():
        assert reverse(item.url_name)
    for item in shell.PORTAL_NAV:
        assert reverse(item.url_name, args=["1042"])
    if shell.SEARCH:
        assert reverse(shell.SEARCH)


def test_no_one_has_more_than_seven_links_in_a_row() -> None:
    for_advisors = [item for item in shell.STAFF_NAV if item.audience == shell.ANYONE]
    assert len(for_advisors) <= 7
    assert len(shell.STAFF_NAV) <= 7
    assert len(shell.PORTAL_NAV) <= 7


def links(items: tuple[Item, ...], path: str, *audiences: str) -> list[shell.Link]:
    return shell._only_the_closest(list(shell._links(items, path, *audiences)), path)


LOGIN = Item("account_login", "Login", under=("/login-help/",))
CODE = Item("account_request_login_code", "Code")


def test_the_closest_of_two_links_is_the_current_one() -> None:
    drawn = links((LOGIN, CODE), reverse("account_request_login_code"))
    assert [link.is_current for link in drawn] == [False, True]


def test_a_page_below_a_link_keeps_the_link_current() -> None:
    assert [link.is_current for link in links((LOGIN, CODE), "/login-help/2/")] == [True, False]
    assert [link.is_current for link in links((LOGIN, CODE), "/elsewhere/")] == [False, False]


def test_what_is_for_administrators_is_not_shown_to_advisors() -> None:
    secret = Item("account_login", "Secret", audience=shell.ADMINISTRATOR)
    assert links((secret,), "/", shell.ADVISOR) == []
    assert len(links((secret,), "/", shell.ADMINISTRATOR)) == 1


def test_a_link_to_a_page_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(Exception, match="no_such_page"):
        links((Item("no_such_page", "Nowhere"),), "/")


def test_each_role_is_called_by_its_word() -> None:
    with translation.override("en"):
        for role, word in ((StaffRole.ADMINISTRATOR, "Administrator"), (StaffRole.ADVISOR, "Advisor")):
            request = RequestFactory().get("/")
            request.user = User(email="someone@example.org", staff_role=role)
            assert str(shell.shell(request)["frame"]["role"]) == word


@pytest.mark.django_db
def test_the_mark_carries_the_senders_name_until_the_seller_is_known() -> None:
    request = RequestFactory().get("/")
    assert str(shell.shell(request)["seller_name"]) == settings.DEFAULT_FROM_EMAIL.split("<")[0].strip()


@pytest.mark.django_db
def test_a_chosen_language_is_remembered_with_the_user_and_in_a_cookie(client: Client) -> None:
    user = User.objects.create_user("advisor@example.org", staff_role=StaffRole.ADVISOR)
    client.force_login(user)
    answer = client.post(reverse("set_language"), {"language": "nn", "next": "/login/"})
    user.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert user.language == "nn"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "nn"


@pytest.mark.django_db
def test_a_stranger_may_choose_a_language_too(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "next_page"), [("xx", "/login/"), ("nb", "https://elsewhere.example/")])
def test_an_unknown_language_or_a_foreign_page_is_not_followed(client: Client, language: str, next_page: str) -> None:
    user = User.objects.create_user("advisor@example.org", staff_role=StaffRole.ADVISOR, language="nn")
    client.force_login(user)
    answer = client.post(reverse("set_language"), {"language": language, "next": next_page})
    user.refresh_from_db()
    assert not answer["Location"].startswith("https://elsewhere")
    assert user.language == ("nn" if language == "xx" else "nb")


@pytest.mark.django_db
def test_the_language_is_changed_by_a_post_only(client: Client) -> None:
    assert client.get(reverse("set_language")).status_code == 405


def portal_frame(user: User, path: str) -> dict[str, Any]:
    request = RequestFactory().get(path)
    request.user = user
    return dict(shell._frame(request))


@pytest.mark.django_db
def test_a_member_of_one_organisation_has_its_links_and_no_switch() -> None:
    organisation = builders.organisation()
    frame = portal_frame(builders.member(organisation), f"/portal/{organisation.number}/")
    assert frame["organisations"] == []
    assert frame["nav"][0].is_current


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees_money"), [("owner", True), ("finance", True), ("reader", False)])
def test_no_link_leads_a_reader_to_what_is_about_money(role: str, sees_money: bool) -> None:
    organisation = builders.organisation()
    path = f"/portal/{organisation.number}/"
    links = [link.href for link in portal_frame(builders.member(organisation, role), path)["nav"]]
    assert (f"{path}invoices/" in links) is sees_money
    assert f"{path}organisation/" in links


@pytest.mark.django_db
def test_a_member_of_two_may_change_between_them() -> None:
    first, second = builders.organisation("Bygdekor Vest"), builders.organisation("Fjordspeiderne")
    member = builders.member(first)
    Membership.objects.create(organisation=second, user=member, role="owner", created_at=builders.NOW)
    frame = portal_frame(member, f"/portal/{second.number}/")
    assert {link.label: link.is_current for link in frame["organisations"]} == {
        "Bygdekor Vest": False,
        "Fjordspeiderne": True,
    }


@pytest.mark.django_db
def test_a_stranger_at_an_organisations_address_gets_no_links_to_it() -> None:
    organisation = builders.organisation()
    frame = portal_frame(builders.user(), f"/portal/{organisation.number}/")
    assert frame["nav"] == []
    assert frame["role"] == ""
