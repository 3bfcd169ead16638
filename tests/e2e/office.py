"""What the journeys do again and again in the browser, said in the words of the office."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from playwright.sync_api import Page, expect

ORE = Decimal("0.01")


@dataclass
class Customer:
    """An organisation that a journey made for itself; nothing of the demo's chance is in its figures."""

    name: str
    email: str
    number: str = ""
    references: list[str] = field(default_factory=list)


def last_week() -> tuple[date, ...]:
    """The days of the week before this one: all of them are past, and their month is never closed."""
    monday = date.today() - timedelta(days=date.today().weekday() + 7)  # noqa: DTZ011
    return tuple(monday + timedelta(days=n) for n in range(7))


def week_path(days: tuple[date, ...]) -> str:
    year, week, _day = days[0].isocalendar()
    return f"/time/{year}/w{week}/"


def written(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def plain(text: str) -> str:
    """The text as read aloud: no-break spaces are spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def shown(amount: Decimal) -> str:
    """An amount as Norwegians write it: `2 339,41`, the minus U+2212."""
    whole, ore = f"{abs(amount):,.2f}".split(".")
    return f"{'−' if amount < 0 else ''}{whole.replace(',', ' ')},{ore}"


def as_amount(text: str) -> Decimal:
    """The figure that `shown` or the product wrote, with or without «kr»."""
    return Decimal(plain(text).strip().removesuffix(" kr").replace(" ", "").replace("−", "-").replace(",", "."))


def half_up(amount: Decimal) -> Decimal:
    return amount.quantize(ORE, ROUND_HALF_UP)


def code_for(outbox: Page, email: str) -> str:
    """The newest one-time code that was sent to the address, read in the outbox."""
    outbox.goto(f"/outbox/?q={email}")
    outbox.locator("table a.name, .t a.name").first.click()
    found = re.search(r"Koden din er (\S+?)\.", plain(outbox.locator("main").inner_text()))
    assert found, outbox.locator("main").inner_text()
    return found[1]


def invitation_for(outbox: Page, email: str) -> str:
    """The path of the newest invitation to the address, read in the demo's outbox."""
    outbox.goto(f"/outbox/?q={email}")
    outbox.locator("table a.name, .t a.name").first.click()
    found = re.search(r"/invitation/[\w-]+/", outbox.locator("main").inner_text())
    assert found, outbox.locator("main").inner_text()
    return found[0]


def make_organisation(page: Page, customer: Customer) -> None:
    """A voluntary organisation that gets its invoices by mail."""
    page.goto("/organisations/new/")
    page.get_by_label("Navn", exact=True).fill(customer.name)
    page.get_by_label("Står i Frivillighetsregisteret").check()
    page.locator("#id_address").fill("Fjordvegen 12")
    page.locator("#id_postal_code").fill("6899")
    page.locator("#id_city").fill("Balestrand")
    page.locator("#id_email").fill(customer.email)
    page.locator("main form button.ds-button[type=submit]:not([name])").last.click()
    expect(page.locator("h1")).to_contain_text(customer.name)
    found = re.search(r"/organisations/(\d+)/", page.url)
    assert found
    customer.number = found[1]


def make_engagement(page: Page, customer: Customer, title: str, *, agreed: str = "20") -> str:
    """An agreed engagement of which the one at the page is the lead; its reference."""
    page.goto(f"/engagements/new/?organisation={customer.number}")
    page.get_by_label("Organisasjon", exact=True).fill(customer.number)
    page.get_by_label("Tittel").fill(title)
    page.get_by_label("Tjenestetype").select_option(label="Medlemssystem")
    page.get_by_label("Avtalte timer").fill(agreed)
    page.get_by_role("button", name="Lagre oppdraget").click()
    expect(page.locator("h1")).to_have_text(title)
    found = re.search(r"/engagements/(\d{4}-\d{3})/", page.url)
    assert found
    page.get_by_role("button", name="Merk som avtalt").click()
    expect(page.get_by_role("link", name="Før timer")).to_be_visible()
    customer.references.append(found[1])
    return found[1]


def log_hours(page: Page, reference: str, day: date, hours: str, text: str) -> None:
    """One entry through the form for new hours."""
    page.goto(f"/time/new/?engagement={reference}")
    page.locator("#id_day").fill(written(day))
    page.locator("#id_minutes").fill(hours)
    page.locator("#id_text").fill(text)
    page.get_by_role("button", name="Lagre", exact=True).click()
    page.wait_for_url(lambda url: "/time/new/" not in url)


def rate_on(page: Page, day: date) -> Decimal:
    """The adopted hourly rate of the day's year, as the self-cost page shows it."""
    page.goto("/selfcost/")
    row = page.locator("table tbody tr").filter(has=page.get_by_role("link", name=str(day.year), exact=True)).first
    return as_amount(row.locator("td").last.inner_text().splitlines()[0])
