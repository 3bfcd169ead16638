"""What every answer carries, whatever it is an answer to."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path as url_path

from advisory.web import failures
from tests import builders

pytestmark = pytest.mark.django_db

PAGES = ["/login/", "/healthz", "/nothing/here/", "/today/", "/outbox/", "/static/app.css", "/password/reset/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_security_headers(client: Client, path: str) -> None:
    client.force_login(builders.administrator())
    response = client.get(path)
    response.close()
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_signed_in_persons_pages_are_kept_nowhere(client: Client) -> None:
    client.force_login(builders.administrator())
    assert "no-store" in client.get("/outbox/").headers["Cache-Control"]


def test_a_page_cannot_be_framed(client: Client) -> None:
    assert client.get("/login/").headers["X-Frame-Options"] == "DENY"


def test_cookies_are_for_this_site_and_not_for_scripts(client: Client) -> None:
    client.post("/login/", {"login": builders.advisor().email, "password": "a password of ten signs"})
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    client.post("/language/", {"language": "nn", "next": "/"})
    assert client.cookies["django_language"]["httponly"]


def test_what_does_not_exist_repeats_nothing_of_its_address(client: Client) -> None:
    said = client.get("/organisations/918273645/secret-word/").content.decode()
    assert "918273645" not in said
    assert "secret-word" not in said


@pytest.mark.parametrize("bad", ["/?q=%00", "/login/?next=%00", "/today/?q=a%00b"])
def test_text_that_no_database_can_keep_is_a_bad_request(client: Client, bad: str) -> None:
    client.force_login(builders.administrator())
    assert client.get(bad).status_code == 400


def test_a_form_without_its_token_is_refused_in_our_own_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/login/", {"login": "a@example.org", "password": "x"})
    assert response.status_code == 403
    assert "Ingenting er lagret" in response.content.decode()


def _fail(request: object) -> HttpResponse:
    raise RuntimeError("the secret of the machine")


urlpatterns = [url_path("fail/", _fail)]
handler500 = failures.server_error


@pytest.mark.urls("tests.web.test_headers")
def test_an_error_of_ours_gives_a_code_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    response = client.get("/fail/")
    said = response.content.decode()
    assert response.status_code == 500
    assert "secret of the machine" not in said
    [record] = [r for r in caplog.records if r.name == "advisory.web.failures"]
    code = record.getMessage().split()[2].rstrip(":")
    assert f"Feilkode {code}" in said
    assert response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/healthz", "/login/", "/", "/nothing/"])
def test_a_request_for_another_host_is_a_bad_request(client: Client, path: str) -> None:
    assert client.get(path, headers={"host": "evil.example"}).status_code == 400
