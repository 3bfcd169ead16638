"""The second factor in a real browser, with a virtual passkey in Chromium: set up, used alone, used as second step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PASSWORD, PEOPLE, Demo

WHO = PEOPLE["second administrator"]


@pytest.fixture(scope="module")
def page(demo: Demo, browser: Browser) -> Iterator[Page]:
    """A window whose device answers for its owner, as a phone with a fingerprint does."""
    context = browser.new_context(base_url=demo.url, locale="nb-NO")
    context.set_default_timeout(10_000)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    assert complaints == []
    context.close()


def with_password(page: Page) -> None:
    page.goto("/login/")
    page.locator("#id_login").fill(WHO)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")


def sign_out(page: Page) -> None:
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Logg ut", exact=True).click()
    page.wait_for_url("**/login/**")


def axe_finds_nothing(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_passkey_is_added_and_recovery_codes_come_with_it(page: Page) -> None:
    with_password(page)
    page.goto("/settings/me/")
    axe_finds_nothing(page)
    page.get_by_role("link", name="Sett opp en andre faktor").click()
    axe_finds_nothing(page)
    page.get_by_role("link", name="Legg til en passnøkkel").click()
    axe_finds_nothing(page)
    page.get_by_label("Hva du kaller den").fill("Telefonen")
    page.get_by_role("button", name="Legg til passnøkkelen").click()
    expect(page.get_by_role("heading", name="Gjenopprettingskoder")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    axe_finds_nothing(page)
    page.get_by_role("link", name="Jeg har tatt vare på dem").click()
    expect(page.get_by_text("Telefonen", exact=False).first).to_be_visible()


def test_the_passkey_alone_opens_the_door(page: Page) -> None:
    sign_out(page)
    axe_finds_nothing(page)
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    page.wait_for_url("**/today/")


def test_after_the_password_the_passkey_is_the_second_step(page: Page) -> None:
    sign_out(page)
    with_password(page)
    page.wait_for_url("**/login/second/")
    axe_finds_nothing(page)
    page.get_by_role("button", name="Bruk en passnøkkel").click()
    page.wait_for_url("**/today/")


def test_the_passkey_is_removed_and_the_password_is_enough_again(page: Page) -> None:
    page.goto("/settings/me/second/")
    page.get_by_role("link", name="Fjern Telefonen").click()
    page.get_by_role("button", name="Fjern passnøkkelen").click()
    expect(page.get_by_role("link", name="Legg til en passnøkkel")).to_be_visible()
    sign_out(page)
    with_password(page)
    page.wait_for_url("**/today/")
