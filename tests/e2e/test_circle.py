"""The circle of the price in a browser, twice round, on a database of its own; every øre from hand calculation.

The years are the two before this one, so that they are over and can be closed: no clock is moved. The first is the
memo's (domain rules, example 1). The second: 880 hours at 1 051.53 are 925 346.40; less 895 270.27 that leaves
30 076.13; interest -601.55; the fund stands at -602.18; (895 270.27 + 602.18) / 880 is 1 018.03 rounded down.

Not typed in the browser, but done by the same verbs in between (tests/e2e/circle.py): most of the 3 180 and 3 256
hours, the customers, and their tier decisions; another journey makes those by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PEOPLE, Demo, serving, sign_in
from tests.e2e.office import log_hours, plain, written

THIS_YEAR = date.today().year  # noqa: DTZ011
FIRST, SECOND = THIS_YEAR - 2, THIS_YEAR - 1


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    opening = f"from tests.e2e.circle import open_house; open_house({FIRST})"
    with serving(tmp_path_factory.mktemp("circle"), ("shell", "-c", opening)) as running:
        yield running


@contextmanager
def window(house: Demo, browser: Browser, person: str) -> Iterator[Page]:
    context = browser.new_context(base_url=house.url, locale="nb-NO", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page, PEOPLE[person])
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def has(page: Page, *figures: str) -> None:
    """Each figure stands on the page."""
    text = plain(page.locator("main").inner_text())
    for figure in figures:
        assert figure in text, f"{figure} is not on {page.url}:\n{text}"


def test_the_price_goes_round_twice(house: Demo, browser: Browser) -> None:
    with (
        window(house, browser, "administrator") as office,
        window(house, browser, "second administrator") as second,
        window(house, browser, "advisor") as advisor,
    ):
        office.goto(f"/selfcost/{FIRST}/advice/")
        press(office, "^Start kostnadsgrunnlaget")
        adopted(office, second, FIRST, cost="2 500 000", key="1 000", hours="800", rate="959,76")

        opened(office, "Gavepott", "60 000", rank="10", only="T1")
        opened(office, "Rabattpott", "250 000", rank="100")

        reference = reference_of(office, "Laget T1")
        log_hours(advisor, reference, date(FIRST, 10, 5), "10", "Gjennomgang av tilbud")
        first = issued(office, FIRST, {
            "Laget T1": "35 991,00", "Laget T2": "89 977,50", "Laget T3": "161 959,50",
            "Laget uten rabatt": "503 874,00",
        })["Laget T1"]  # fmt: skip
        office.goto(f"/invoices/{first}/")
        has(office, "95 976,00", "67 183,20", "60 000,00", "7 183,20", "35 991,00")
        left(office, "0,00", "127 645,60")

        credited(office, first)
        left(office, "60 000,00", "134 828,80")
        issued(office, FIRST, {"Laget T1": "35 991,00"})
        left(office, "0,00", "127 645,60")

        imported(office, FIRST, "2560000,00")
        closed(office, second, FIRST, "845 283,02", "815 796,00", "−29 487,02", "−589,74", "−30 076,76")

        carried(office, FIRST, SECOND, "30 076,76")
        adopted(office, second, SECOND, cost="2 650 000", key="1 100", hours="880", rate="1 051,53")

        house.manage("shell", "-c", f"from tests.e2e.circle import second_year; second_year({SECOND})")
        log_hours(advisor, reference_of(office, "Forbundet"), date(SECOND, 10, 5), "10", "Opplæring")
        # 925 346.40 and a quarter of it.
        issued(office, SECOND, {"Forbundet": "1 156 683,00"})
        imported(office, SECOND, "2650000,00")
        closed(office, second, SECOND, "895 270,27", "925 346,40", "30 076,13", "−601,55", "−602,18")

        carried(office, SECOND, THIS_YEAR, "602,18")
        adopted(office, second, THIS_YEAR, cost="2 650 000", key="1 100", hours="880", rate="1 018,03")

        office.goto("/settings/books/")
        press(office, "^Kontroller nå")
        has(office, "−602,18")
    house.manage("check_books")


def adopted(office: Page, second: Page, year: int, *, cost: str, key: str, hours: str, rate: str) -> None:
    """One cost with its share is written, handed over, and adopted by the other administrator."""
    office.goto(f"/selfcost/{year}/advice/")
    row = office.locator("table.costs tbody tr.entry").first
    row.locator("input[name$=label]").first.fill("Drift")
    row.locator("input[name$=amount]").fill(cost)
    row.locator("select[name$='-key']").select_option(value="own")
    row.locator("input[name$=key_part]").fill(key)
    row.locator("input[name$=key_whole]").fill("3 256")
    office.locator("#id_billable_hours").fill(hours)
    office.locator("#id_billable_hours").press("Tab")
    expect(office.locator("#bar")).to_contain_text(re.compile(rate.replace(" ", r"\s")))
    press(office, "til kontroll$")
    expect(office.locator("#control-card")).to_be_visible()
    button = re.compile(rf"^Vedta {rate} kr per time".replace(" ", r"\s"))
    office.goto(f"/selfcost/{year}/advice/adopt/")
    office.get_by_role("button", name=button).click()
    expect(office.get_by_text("En annen administrator må vedta").first).to_be_visible()
    second.goto(f"/selfcost/{year}/advice/adopt/")
    second.get_by_label("Gjelder fra").fill(written(date(year, 1, 1)))
    press(second, "^Vis virkningen")
    second.get_by_role("button", name=button).click()
    expect(second.get_by_role("button", name=re.compile("^Vedta"))).to_have_count(0)
    has(second, f"{rate} kr")


def opened(page: Page, name: str, amount: str, *, rank: str, only: str = "") -> None:
    page.goto("/discounts/pots/new/")
    page.locator("#id_name").fill(name)
    page.locator("#id_funder").fill("Kulturdepartementet")
    page.locator("#id_purpose").fill("Rabatt på rådgivning")
    page.locator("#id_amount").fill(amount)
    page.locator("#id_starts").fill(written(date(FIRST, 1, 1)))
    page.locator("#id_ends").fill(written(date(FIRST, 12, 31)))
    page.locator("#id_rank").fill(rank)
    if only:
        page.locator(f"input[name=tiers][value={only}]").check()
    press(page, "^Åpne potten")
    expect(page.locator("h1")).to_contain_text(name)


def left(page: Page, gift: str, grant: str) -> None:
    """What the two pots hold."""
    for name, amount in (("Gavepott", gift), ("Rabattpott", grant)):
        page.goto("/discounts/pots/")
        page.get_by_role("link", name=name).first.click()
        expect(page.locator("h1")).to_contain_text(name)
        has(page, amount)


def reference_of(page: Page, organisation: str) -> str:
    page.goto(f"/engagements/?q={organisation}")
    href = page.locator("main a[href*='/engagements/20']").first.get_attribute("href") or ""
    return href.strip("/").rpartition("/")[2]


def issued(page: Page, year: int, totals: dict[str, str]) -> dict[str, str]:
    """All hours of the year are proposed and issued; the totals stand on the receipt. Numbers by organisation."""
    page.goto("/billing/proposals/")
    page.get_by_label("Timer til og med").fill(written(date(year, 12, 31)))
    press(page, "^Hent fram forslag")
    page.get_by_role("button", name="Gå til kontroll").or_(
        page.get_by_role("link", name="Gå til kontroll")
    ).first.click()
    press(page, r"^Utsted \d+ faktura")
    expect(page.get_by_role("heading", level=1)).to_contain_text("utstedt")
    numbers = {}
    for name, total in totals.items():
        row = page.locator("tbody tr").filter(has_text=name)
        assert f"{total} kr" in plain(row.inner_text())
        numbers[name] = row.get_by_role("link").first.inner_text()
    assert page.locator("tbody tr").count() == len(totals)
    return numbers


def credited(page: Page, number: str) -> None:
    page.goto(f"/invoices/{number}/")
    page.get_by_role("link", name="Lag kreditnota").click()
    page.get_by_label("Hvorfor krediterer du?").fill("Feil oppdrag.")
    page.get_by_label("Ja, jeg vil fakturere dem på nytt").check()
    page.get_by_role("button", name=f"Krediter faktura {number}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kreditnota")


def imported(page: Page, year: int, cost: str) -> None:
    """Interest, and a trial balance whose one account is placed the first time and remembered the second."""
    page.goto("/settings/interest/")
    page.locator("#id_year").fill(str(year))
    page.locator("#id_percent").fill("4,00")
    page.locator("#id_source").fill("KBN")
    press(page, "^Lagre")
    page.goto(f"/selfcost/{year}/accounts/import/")
    content = f"Konto;Kontonavn;Saldo\n5000;Lønn og drift;{cost}\n1920;Bank;-{cost}\n".encode()
    page.locator("input[type=file]").set_input_files(
        {"name": f"saldo-{year}.csv", "mimeType": "text/csv", "buffer": content}
    )
    press(page, "^Last opp og se")
    place = page.locator("select[name='to-5000']")
    if year == FIRST:
        place.select_option(value="shared_hours")
    else:
        expect(place).to_have_value("shared_hours")
    press(page, r"^Importer 1 konto")
    page.goto(f"/selfcost/{year}/accounts/")
    press(page, "til kontroll$")


def closed(office: Page, second: Page, year: int, *figures: str) -> None:
    """The figures stand on the page of the year; who handed it over cannot close it, the other can."""
    office.goto(f"/selfcost/{year}/after/")
    has(office, *figures)
    office.goto(f"/selfcost/{year}/after/close/")
    press(office, f"^Avslutt {year}")
    has(office, "En annen administrator må")
    second.goto(f"/selfcost/{year}/after/close/")
    has(second, *figures)
    press(second, f"^Avslutt {year}")
    second.goto(f"/selfcost/{year}/after/")
    has(second, *figures)
    assert second.request.get(f"/selfcost/{year}/after/pdf/").body().startswith(b"%PDF")
    second.goto("/selfcost/fund/advice/")
    has(second, figures[-1], figures[-2])


def carried(page: Page, year: int, into: int, amount: str) -> None:
    """The fund goes into the draft of a later cost base, whole."""
    page.goto(f"/selfcost/{year}/after/")
    page.get_by_label("Kostnadsgrunnlag for").select_option(value=str(into))
    page.locator("#carry select[name=spread_years], select[name=spread_years]").first.select_option(value="1")
    press(page, "^Ta med")
    page.goto(f"/selfcost/{into}/advice/")
    has(page, amount)
