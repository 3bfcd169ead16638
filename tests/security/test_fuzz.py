"""Anything may be sent to any path by anybody: the answer is a page or a refusal, never an error of ours (Q1).

What is tried: text no database keeps, numbers beyond every column, signs that only look like digits, texts longer
than any field, bodies that are no form, forms that break off, headers of nonsense. `make stress` tries 5 000.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisory.kernel.access import Audience
from tests.access.routes import Route, routes
from tests.access.world import World, build
from tests.security import pages, words
from tests.security.house import MEMBER, STAFF, House

pytestmark = pytest.mark.django_db

ROUTES = [route for route in routes() if route.audience is not None]
#: What no database keeps comes often: it is what a view forgets first.
HOSTILE = st.one_of(
    st.sampled_from(words.HOSTILE),
    st.sampled_from(words.HOSTILE),
    st.sampled_from(words.HOSTILE[2:6]),
    st.text(max_size=30),
)
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW")
TYPES = (
    "application/json", "text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=b", "application/x-www-form-urlencoded; charset=nothing", "", "\xff",
)  # fmt: skip
BODIES = (
    b"", b"\x00", b"\xff\xfe", b"a=%", b"a=%ED%A0%80&b=%00", b"=&=&&;", b"[" * 2000, b'{"a": "\\ud800"}',
    b"%F0%9F&\xf0\x9f",
    b"--b", b"--b\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="\x00../../x"\r\n\r\nx\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="name"\r\nContent-Transfer-Encoding: base64\r\n\r\n=\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="name"; name*=utf-7\'\'%00\r\n\r\n\xed\xa0\x80\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nit breaks off',
    b"&".join(b"a%d=1" % number for number in range(1500)),
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"HX-Request": "true"}, {"HX-Request": "true", "HX-Current-URL": "http://[::1"}, {"Referer": "http://[::1"},
    {"Accept-Language": "xx-" * 300}, {"Accept-Language": "nb;q=nan, nn;q=1e999"},
    {"Cookie": "sessionid=\x01\xff; ;=;"},
    {"Cookie": "django_language=../../etc; messages=x:y:z; csrftoken=" + "x" * 40}, {"X-Forwarded-For": "nobody, ,"},
    {"If-None-Match": '"', "If-Modified-Since": "never", "Range": "bytes=9-1"}, {"Accept": "/"},
)  # fmt: skip


@st.composite
def requests(draw: Any) -> dict[str, Any]:
    """What is asked, without the world's values: which path, as whom, and which of its parts are hostile."""
    route = draw(st.sampled_from(ROUTES))
    method = draw(st.sampled_from([*route.methods] * 4 + [draw(st.sampled_from(METHODS))]))
    asked: dict[str, Any] = {"route": route, "method": method, "who": draw(st.sampled_from(_who(route)))}
    strange = st.dictionaries(st.sampled_from(route.parameters or ("none",)), HOSTILE, max_size=1)
    asked["parameters"] = draw(strange) if route.parameters and draw(st.integers(0, 3)) == 0 else {}
    names = st.sampled_from(words.NAMES)
    asked["query"] = draw(st.dictionaries(st.sampled_from(words.ASKED_FOR), HOSTILE, max_size=6))
    if method == "POST":
        asked["body"] = draw(st.none() | st.tuples(st.sampled_from(TYPES), st.sampled_from(BODIES)))
        asked["shown"] = draw(st.booleans())
        asked["changes"] = draw(st.lists(st.tuples(st.integers(0, 40), HOSTILE), max_size=4))
        asked["more"] = draw(st.dictionaries(names, HOSTILE, max_size=3))
    asked["headers"] = draw(st.just({}) | st.sampled_from(HEADERS))
    return asked


def _who(route: Route) -> list[str]:
    """Those who come furthest, the most often."""
    if route.is_portal:
        return [MEMBER] * 6 + ["reader", STAFF]
    if route.audience is Audience.PUBLIC:
        return ["anonymous"] * 4 + [MEMBER, STAFF]
    return [STAFF] * 6 + ["advisor", MEMBER]


class Visitor(House):
    """The house, and somebody who sends what nobody asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._shown: dict[tuple[str, str], dict[str, list[str]]] = {}

    def shown(self, who: str, route: Route, path: str) -> dict[str, list[str]]:
        """What the page's last form would send; nothing where the path has no page."""
        if "GET" not in route.methods:
            return {}
        if (who, path) not in self._shown:
            found = pages.forms(self.get(who, path).content.decode("utf-8", "replace"))
            self._shown[who, path] = found[-1].filled() if found else {}
        return self._shown[who, path]

    def send(self, asked: dict[str, Any]) -> HttpResponse:
        hostile = {name: words.in_a_path(value) for name, value in asked["parameters"].items()}
        path = self.path(asked["route"], **hostile)
        who, method, headers = asked["who"], asked["method"], asked["headers"]
        address = f"{path}?{words.encoded(asked['query'])}"
        if method != "POST":
            return self.ask(who, method, address, headers)
        if asked["body"]:
            content_type, body = asked["body"]
            return self.ask(who, "POST", address, headers, data=body, content_type=content_type)
        data = dict(self.shown(who, asked["route"], path)) if asked["shown"] else {}
        names = sorted(data) or list(words.NAMES)
        changes = {names[place % len(names)]: value for place, value in asked["changes"]}
        data |= {name: [value] for name, value in (changes | asked["more"]).items()}
        return self.post(who, address, data, headers)


@settings(
    max_examples=int(os.environ.get("SELVKOST_EXAMPLES", 300)),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(asked=requests())
def test_whatever_is_sent_the_answer_is_no_error_of_ours(visitor: Visitor, asked: dict[str, Any]) -> None:
    assert visitor.send(asked).status_code < 500


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "１２", "0"], ids=["5 000 digits", "30 digits", "wide", "0"])
def test_no_number_is_too_long_for_the_page_that_says_there_is_no_such_thing(visitor: Visitor, number: str) -> None:
    assert visitor.get(MEMBER, f"/portal/{words.in_a_path(number)}/").status_code == 404


@pytest.fixture
def visitor(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    caplog.set_level("CRITICAL")
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
    return Visitor(build())
