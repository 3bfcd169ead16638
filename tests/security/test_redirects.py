"""After a form one stays in this house, whatever the address says about where to go next (X7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client, RequestFactory

from advisory.kernel.where_to import back, with_query
from engagements.catalogue.recommend import is_web_address
from tests import builders

pytestmark = pytest.mark.django_db

PASSWORD = "a password of ten signs"
ELSEWHERE = (
    "//evil.example", "///evil.example", "////evil.example", r"/\evil.example", r"\/evil.example", r"\\evil.example",
    "https://evil.example/", "https:evil.example", "https:///evil.example", "http:evil.example", "ftp://evil.example",
    "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example",
    "\x0b//evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "http://testserver:80@evil.example/",
    r"//evil.example\@testserver", "//evil%E3%80%82example", "．．／／evil.example", "／／evil.example",
    "//[::1", "http://[::1",
    "/%09/evil.example", "/%2Fevil.example", "/%5Cevil.example", "/.//evil.example", "/..//evil.example",
    "%2F%2Fevil.example",
)  # fmt: skip
#: A few of every kind, for the views that take the address from a library.
SOME = ("//evil.example", r"/\evil.example", "https:evil.example", "javascript:alert(1)", "/\t/evil.example",
        "http://testserver:80@evil.example/")  # fmt: skip


def leads_home(location: str) -> bool:
    """Whether a browser that follows it from a page of ours stays with us. It drops tabs and line breaks."""
    seen = "".join(sign for sign in location if sign not in "\t\r\n").replace("\\", "/").strip()
    there = urlsplit(urljoin("http://testserver/a/page/", seen))
    return (there.scheme, there.netloc) == ("http", "testserver")


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_way_back_never_leads_to_another_host(wanted: str, method: str) -> None:
    request = getattr(RequestFactory(), method)("/a/page/", {"next": wanted})
    assert leads_home(back(request, "/usual/"))
    assert leads_home(with_query(back(request, "/usual/"), removed="1"))


@pytest.mark.parametrize("ours", ["/time/", "/time/2026/w47/?a=1&b=//c", "/organisations/?q=%2F%2Fevil"])
def test_the_way_back_leads_where_one_was(ours: str) -> None:
    assert back(RequestFactory().post("/a/page/", {"next": ours}), "/usual/") == ours


@pytest.mark.parametrize("wanted", SOME)
def test_no_door_leads_to_another_host(wanted: str) -> None:
    person = builders.advisor()
    doors: tuple[tuple[str, dict[str, str]], ...] = (
        ("/login/", {"login": person.email, "password": PASSWORD}),
        ("/login/code/", {"email": person.email}),
        ("/settings/me/again/", {"password": PASSWORD}),
        ("/language/", {"language": "nn"}),
        ("/password/reset/", {"email": person.email}),
        ("/logout/", {}),
    )
    client = Client()
    for path, sent in doors:
        for answer in (client.post(path, sent | {"next": wanted}), client.get(path, {"next": wanted})):
            assert leads_home(answer.headers.get("Location", "/")), path
    other = Client()
    asked: Any = other.post("/login/code/", {"email": person.email, "next": wanted})
    assert leads_home(asked.headers["Location"])


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_a_page_that_says_where_it_stands_leads_to_no_other_host(header: str, settings: Any) -> None:
    """A form that comes after its session has ended leads to the door, and from there to the page it stood on."""
    settings.SESSION_LIMITS = dict.fromkeys(("staff", "member"), (timedelta(seconds=-1), timedelta(days=1)))
    client, person = Client(), builders.advisor()
    for wanted in (*SOME, "http://testserver//evil.example", "http://evil.example/?testserver//evil.example"):
        client.force_login(person)
        location = client.post("/settings/me/", headers={header: wanted}).headers["Location"]
        assert location.startswith("/login/?"), wanted
        door = client.post(location, {"login": person.email, "password": PASSWORD})
        assert leads_home(door.headers["Location"]), wanted


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JavaScript://host/%0aalert(1)", "java\tscript://host/", "data:text/html,x", "file:///etc/passwd",
     "//evil.example", "https:evil.example", "https://", "ftp://host/", " javascript:x", "vbscript:x", "http://[::1"],
)  # fmt: skip
def test_a_recommended_tool_has_an_address_of_the_web(address: str) -> None:
    """It becomes a link that members follow."""
    assert not is_web_address(address)
    assert is_web_address("https://katalogen.example/verktoy?a=1")
