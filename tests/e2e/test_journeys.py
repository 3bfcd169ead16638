"""The work of a month in a real browser: each journey as the person takes it, the amounts on screen to the øre.

The journeys make a customer of their own and follow it from the first hour to the credit note, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PEOPLE, Demo, Open
from tests.e2e.office import (
    Customer,
    as_amount,
    code_for,
    half_up,
    invitation_for,
    last_week,
    log_hours,
    make_engagement,
    make_organisation,
    plain,
    rate_on,
    shown,
    week_path,
    written,
)

DAYS = last_week()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # fmt: skip # noqa: E501
# Trinn 1 of the demo's table: income under 500 000 kr, 70 % off; advice carries 25 % VAT.
INCOME, DISCOUNT, VAT = "412000", Decimal("0.70"), Decimal("0.25")


@pytest.fixture(scope="module")
def customer(signed_in: Open, demo: Demo, browser: Browser) -> Customer:
    """A new organisation whose owner has accepted the invitation to the portal, and signed out."""
    found = Customer("Fjellklang sangforening", "kasserer@fjellklang.example")
    page = signed_in("administrator").new_page()
    make_organisation(page, found)
    page.goto(f"/organisations/{found.number}/access/new/")
    page.locator("#id_name").fill("Kasserer")
    page.locator("#id_email").fill(found.email)
    page.get_by_label("Eier").check()
    page.get_by_role("button", name="Send invitasjonen").click()
    expect(page.get_by_role("heading", name="Åpne invitasjoner")).to_be_visible()
    link = invitation_for(page, found.email)
    page.close()
    visitor = browser.new_context(base_url=demo.url, locale="nb-NO")
    letter = visitor.new_page()
    letter.goto(link)
    letter.get_by_role("button", name="Godta invitasjonen").click()
    letter.wait_for_url(f"**/portal/{found.number}/")
    expect(letter.get_by_text("Velkommen! Nå har du tilgang til")).to_be_visible()
    visitor.close()
    return found


@pytest.fixture
def outbox(signed_in: Open) -> Iterator[Page]:
    page = signed_in("administrator").new_page()
    yield page
    page.close()


@pytest.fixture
def office(signed_in: Open) -> Iterator[Page]:
    page = signed_in("administrator").new_page()
    yield page
    page.close()


@pytest.fixture
def advisor(signed_in: Open) -> Iterator[Page]:
    page = signed_in("advisor").new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def owner(customer: Customer, signed_in: Open, demo: Demo, browser: Browser) -> Iterator[Page]:
    """The new organisation's owner on a phone, signed in with a code."""
    context = browser.new_context(
        base_url=demo.url, locale="nb-NO", viewport={"width": 390, "height": 844}, reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    context.set_default_timeout(10_000)
    page = context.new_page()
    letters = signed_in("administrator").new_page()
    page.goto("/login/")
    page.get_by_label("E-post").first.fill(customer.email)
    page.get_by_role("button", name="Send meg en kode").click()
    page.get_by_label("Kode").fill(code_for(letters, customer.email))
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(f"**/portal/{customer.number}/")
    letters.close()
    yield page
    context.close()


def till(page: Page, key: str, what: str) -> None:
    """Press the key until the focus is on what the selector names."""
    for _press in range(80):
        page.keyboard.press(key)
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"{what} is not reached by {key}")


def test_an_advisor_signs_in_and_logs_an_hour_with_the_keyboard_alone(
    demo: Demo, browser: Browser, outbox: Page
) -> None:
    context = browser.new_context(base_url=demo.url, locale="nb-NO", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/login/")
    till(page, "Tab", "input[type=email]:not(#id_login)")
    page.keyboard.type(PEOPLE["advisor"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code/confirm/**")
    code = code_for(outbox, PEOPLE["advisor"])
    if not page.evaluate("document.activeElement.matches('#id_code')"):
        till(page, "Tab", "#id_code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")

    page.goto(week_path(DAYS))
    till(page, "Tab", "select[name=work]")
    page.keyboard.type("Faglig utvikling")
    till(page, "Tab", "input[name=day]")
    page.keyboard.press("Control+A")
    page.keyboard.type(written(DAYS[5]))
    till(page, "Tab", "input[name=minutes]")
    page.keyboard.type("0,75")
    till(page, "Tab", "input[name=text]")
    page.keyboard.type("Lest om arkivloven")
    page.keyboard.press("Enter")
    expect(page.locator("table.week tr").filter(has_text="Faglig utvikling").locator("td.total")).to_have_text("0,75")
    context.close()


def test_hours_are_taken_as_people_write_them_and_an_ambiguous_one_is_asked_about(
    advisor: Page, customer: Customer
) -> None:
    page = advisor
    reference = make_engagement(page, customer, "Valg av medlemssystem")
    page.goto(f"{week_path(DAYS)}?add={reference}")
    row = page.locator("table.week tr").filter(has_text=reference)
    cells = row.locator("input.ds-input")
    for cell, hours in zip(range(4), ("1,5", "1:30", "90m", "1t30"), strict=True):
        cells.nth(cell).fill(hours)
    cells.nth(4).fill("1.30")
    cells.nth(4).press("Enter")

    expect(page).to_have_title(re.compile("^Feil: "))
    expect(page.locator("#error-summary")).to_contain_text("1:30")
    assert [cells.nth(n).input_value() for n in range(5)] == ["1,5", "1,5", "1,5", "1,5", "1.30"]
    expect(cells.nth(4)).to_have_attribute("aria-invalid", "true")
    expect(row.locator("td.total")).to_have_text("6,0")

    cells.nth(4).fill("")
    cells.nth(3).fill("2")
    page.get_by_role("button", name="Lagre uka").click()
    expect(row.locator("td.total")).to_have_text("6,5")
    assert [cells.nth(n).input_value() for n in range(5)] == ["1,5", "1,5", "1,5", "2,0", ""]


def test_the_rate_is_adopted_by_another_administrator_than_the_one_who_made_it(office: Page, signed_in: Open) -> None:
    # The demo has the courses of this year and the one before.
    year = DAYS[0].year + 1
    path = f"/selfcost/{year}/courses/"
    office.goto(path)
    office.get_by_role("button", name=re.compile("^Start kostnadsgrunnlaget|^Start tomt")).click()
    first = office.locator("table.costs tbody tr").first
    first.locator("input[name$=label]").first.fill("Kursholdere")
    first.locator("input[name$=amount]").fill("100 000")
    first.locator("input[name$=amount]").press("Enter")
    # Courses are priced per seat; the figure follows while it is typed.
    office.get_by_role("textbox", name="Planlagte plasser").fill("300")
    office.get_by_role("textbox", name="Planlagte plasser").press("Tab")
    expect(office.locator("#bar")).to_contain_text("333,33")
    office.get_by_role("button", name="Til kontroll").click()
    expect(office.locator("h1")).to_contain_text("Pris per plass")

    office.goto(f"{path}adopt/")
    # 100 000 / 300 = 333.33…, rounded down.
    office.get_by_role("button", name=re.compile(r"^Vedta 333,33\skr")).click()
    expect(office.get_by_text("En annen administrator må vedta").first).to_be_visible()

    office.goto("/selfcost/")
    assert "333,33 kr" not in plain(office.locator("main").inner_text())

    second = signed_in("second administrator").new_page()
    second.goto(f"{path}adopt/")
    second.get_by_label("Gjelder fra").fill(written(date(year, 1, 1)))
    second.get_by_role("button", name=re.compile(r"^Vedta 333,33\skr")).click()
    expect(second.get_by_role("button", name=re.compile("^Vedta"))).to_have_count(0)
    second.goto("/selfcost/")
    assert "333,33 kr" in plain(second.locator("main").inner_text())
    second.close()


def test_an_owner_declares_income_on_a_phone_and_gets_a_tier(owner: Page, customer: Customer, office: Page) -> None:
    owner.goto(f"/portal/{customer.number}/income/new/")
    owner.get_by_label("Sum inntekter").fill(INCOME)
    owner.locator("#id_evidence").set_input_files(
        {"name": "aarsregnskap.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    owner.get_by_role("button", name="Send").click()
    expect(owner).to_have_title(re.compile("^Feil: "))
    expect(owner.get_by_label("Sum inntekter")).to_have_value(re.compile("412.?000"))

    owner.locator("#id_evidence").set_input_files(
        {"name": "aarsregnskap.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    owner.get_by_label("Jeg bekrefter at opplysningene er riktige").check()
    owner.get_by_role("button", name="Send").click()
    expect(owner.get_by_text("aarsregnskap.pdf")).to_be_visible()

    office.goto(f"/organisations/{customer.number}/income/")
    office.get_by_role("link", name=re.compile("^Avklar")).click()
    assert "412 000 kr" in plain(office.locator("main").inner_text())
    office.get_by_label("Godkjenn forslaget").check()
    office.get_by_label("Gjelder fra").fill(written(DAYS[0]))
    office.get_by_role("button", name="Lagre vedtak").click()
    expect(office).to_have_title(re.compile("^Feil: "))  # an earlier day asks for a reason
    office.get_by_label("Merknad").fill("Hjelpen begynte før regnskapet kom.")
    office.get_by_role("button", name="Lagre vedtak").click()
    expect(office.get_by_text("Trinn 1").first).to_be_visible()

    owner.goto(f"/portal/{customer.number}/")
    assert "70 %" in plain(owner.locator("main").inner_text())


class Bill:
    """What 6.5 hours must cost, worked out from the adopted rate alone."""

    def __init__(self, rate: Decimal, hours: Decimal) -> None:
        self.gross = half_up(rate * hours)
        self.discount = half_up(self.gross * DISCOUNT)
        self.net = self.gross - self.discount
        self.vat = half_up(self.net * VAT)
        self.total = self.net + self.vat


def test_an_amount_is_worked_out_as_in_the_memo() -> None:
    bill = Bill(Decimal("959.76"), Decimal("6.5"))
    # By hand: 6 238.44 − 4 366.91 = 1 871.53; a quarter of it is 467.88.
    assert (bill.gross, bill.discount, bill.vat, bill.total) == tuple(
        Decimal(figure) for figure in ("6238.44", "4366.91", "467.88", "2339.41")
    )


def test_a_run_is_issued_in_five_clicks_and_explained_to_the_one_who_pays(
    office: Page, owner: Page, customer: Customer
) -> None:
    bill = Bill(rate_on(office, DAYS[0]), Decimal("6.5"))
    clicks = 0

    def click(name: str) -> None:
        nonlocal clicks
        clicks += 1
        office.get_by_role("button", name=re.compile(name)).or_(
            office.get_by_role("link", name=re.compile(name))
        ).first.click()

    office.goto("/billing/proposals/")
    office.get_by_label("Timer til og med").fill(written(DAYS[6]))
    click("^Hent fram forslag")
    row = office.locator("tbody tr").filter(has_text=customer.name)
    expect(row).to_contain_text("6,5")
    for figure in (bill.gross, -bill.discount, bill.vat, bill.total):
        assert shown(figure) in plain(row.inner_text())
    click("^Gå til kontroll")
    expect(office.get_by_role("heading", level=1)).to_have_text("Kontroller før du utsteder")
    click(r"^Utsted \d+ faktura")
    expect(office.get_by_role("heading", level=1)).to_contain_text("utstedt")
    receipt = office.locator("tbody tr").filter(has_text=customer.name)
    assert f"{shown(bill.total)} kr" in plain(receipt.inner_text())
    number = receipt.get_by_role("link").inner_text()
    click("^Ferdig")
    assert clicks <= 5

    office.goto(f"/invoices/{number}/")
    text = plain(office.locator("main").inner_text())
    for figure in (bill.gross, -bill.discount, bill.net, bill.vat, bill.total):
        assert shown(figure) in text
    pdf = office.request.get(f"/invoices/{number}/pdf/")
    assert pdf.body().startswith(b"%PDF")

    _read_in_the_portal(owner, customer, number, bill)
    _credit(office, customer, number, bill)


def _read_in_the_portal(owner: Page, customer: Customer, number: str, bill: Bill) -> None:
    owner.goto(f"/portal/{customer.number}/invoices/")
    owner.get_by_role("link", name=re.compile(number)).or_(
        owner.locator(f"a[href*='/invoices/{number}/']")
    ).first.click()
    pay = owner.get_by_label("Slik betaler dere")
    assert f"{shown(bill.total)} kr" in plain(pay.inner_text())
    button = pay.locator("button[data-copy]").last
    button.click()
    expect(button.locator(".word")).to_have_text("Kopiert")
    assert owner.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")
    assert re.fullmatch(r"\d{10,25}", button.get_attribute("data-copy") or "")

    steps = owner.locator(".ladder li")
    values = [plain(step) for step in steps.locator(".val").all_inner_texts()]
    # The steps recompute: hours × rate, minus the discount, plus VAT, is what is paid.
    assert values[0] == "6,5 t"
    rate = re.search(r"([\d ]+,\d\d) kr", plain(steps.nth(1).locator(".say").inner_text()))
    assert rate
    amounts = [as_amount(value) for value in values[1:]]
    assert half_up(as_amount(rate[1]) * Decimal("6.5")) == amounts[0]
    assert sum(amounts[:-1]) == amounts[-1] == bill.total
    assert owner.request.get(f"/portal/{customer.number}/invoices/{number}/pdf/").body().startswith(b"%PDF")


def _credit(office: Page, customer: Customer, number: str, bill: Bill) -> None:
    office.goto(f"/invoices/{number}/")
    office.get_by_role("link", name="Lag kreditnota").click()
    office.get_by_label("Hvorfor krediterer du?").fill("Feil uke.")
    office.get_by_label("Ja, jeg vil fakturere dem på nytt").check()
    office.get_by_role("button", name=f"Krediter faktura {number}").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("Kreditnota")
    text = plain(office.locator("main").inner_text())
    assert f"Kreditert {shown(bill.total)} kr" in text
    assert "Igjen å betale 0,00 kr" in text
    # The hours are free: they come back as a proposal of the same amount.
    office.goto("/billing/proposals/")
    office.get_by_label("Timer til og med").fill(written(DAYS[6]))
    office.get_by_role("button", name="Hent fram forslag").click()
    row = office.locator("tbody tr").filter(has_text=customer.name)
    assert shown(bill.total) in plain(row.inner_text())


def test_a_second_press_of_issue_issues_nothing_more(office: Page, customer: Customer) -> None:
    office.goto(f"/invoices/?q={customer.name}")
    before = office.locator("tbody tr").count()
    office.goto("/billing/proposals/")
    office.get_by_role("button", name="Gå til kontroll").click()
    office.get_by_role("button", name=re.compile(r"^Utsted 1 faktura")).dblclick()
    expect(office.get_by_role("heading", level=1)).to_contain_text("1 faktura er utstedt")
    office.goto(f"/invoices/?q={customer.name}")
    assert office.locator("tbody tr").count() == before + 1


def test_without_javascript_hours_are_logged_issued_and_read(signed_in: Open, customer: Customer) -> None:
    advisor = signed_in("advisor", javascript=False).new_page()
    log_hours(advisor, customer.references[0], DAYS[1], "1:15", "Møte med styret")
    office = signed_in("administrator", javascript=False).new_page()
    bill = Bill(rate_on(office, DAYS[0]), Decimal("1.25"))
    office.goto("/billing/proposals/")
    office.get_by_label("Timer til og med").fill(written(DAYS[6]))
    office.get_by_role("button", name="Hent fram forslag").click()
    office.get_by_role("button", name="Gå til kontroll").click()
    office.get_by_role("button", name=re.compile(r"^Utsted \d+ faktura")).click()
    office.locator("tbody tr").filter(has_text=customer.name).get_by_role("link").click()
    assert f"{shown(bill.total)} kr" in plain(office.locator("main").inner_text())
    advisor.close()
    office.close()


def test_a_reader_sees_no_money_and_a_stranger_sees_nothing(signed_in: Open, customer: Customer) -> None:
    page = signed_in("reader").new_page()
    page.goto("/")
    home = page.url
    assert " kr" not in plain(page.locator("main").inner_text())
    answer = page.goto(f"{home}invoices/")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har ikke rett til å gjøre dette")
    expect(page.get_by_text("Spør eieren av tilgangen i organisasjonen.")).to_be_visible()
    answer = page.goto(f"/portal/{customer.number}/")
    assert answer is not None
    assert answer.status == 404
    page.close()
