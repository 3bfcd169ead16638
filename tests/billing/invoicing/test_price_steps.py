"""«Slik ble prisen til» in words: what each step says, on paper and for the screen alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from billing.invoicing import pdf
from billing.invoicing.document import Document
from billing.invoicing.price_steps import PriceSteps, Step, price_steps, quantity, service_name, tier_number
from billing.pricing.statement import CostLineFact, PotFact, RateFact
from tests.billing import memo, printed
from tests.paper import faults, pages, watched


def words(document: Document, language: str = "nb") -> PriceSteps:
    with translation.override(language):
        return price_steps(document, language)


def step(document: Document, code: str, language: str = "nb") -> Step:
    return next(each for each in words(document, language).steps if each.code == code)


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def result(each: Step) -> tuple[str, str]:
    assert each.result is not None
    return spaced(each.result.label), spaced(each.result.figure)


def test_the_steps_of_the_memos_invoice_lead_from_the_cost_to_the_payment() -> None:
    steps = words(printed.invoice()).steps
    assert [each.code for each in steps] == ["rate", "hours", "gross", "tier", "pot", "vat", "total"]
    assert [result(each) for each in steps] == [
        ("Timepris, selvkost", "959,76 kr"),
        ("Timer 1.–31. oktober 2026", "21,5 timer"),
        ("21,5 × 959,76", "20 634,84 kr"),
        ("Deres pris", "10 317,42 kr"),
        ("Fra «Grunntilskudd 2026»", "10 317,42 kr"),
        ("Mva 25 % av 10 317,42", "2 579,36 kr"),
        ("10 317,42 + 2 579,36", "12 896,78 kr"),
    ]


def test_the_cost_base_shows_its_share_and_how_the_rate_is_rounded() -> None:
    rate = step(printed.invoice(), "rate")
    assert [spaced(each) for each in rate.details] == [
        "Base activity, area 3 by hours: 2 500 000,00 × 1 000 / 3 256 = 767 813,27"
    ]
    assert [(each.label, spaced(each.figure)) for each in rate.parts] == [
        ("Kostnadsgrunnlag 2026", "767 813,27"),
        ("Fakturerbare timer", "800"),
    ]
    assert rate.text.endswith("Timeprisen rundes ned til hele øre.")


@pytest.mark.parametrize(
    ("use", "label", "figure"),
    [("12000.00", "Overskudd fra tidligere år", "−12 000,00"), ("-30.50", "Underskudd fra tidligere år", "30,50")],
)
def test_what_earlier_years_left_is_a_part_of_the_cost_base(use: str, label: str, figure: str) -> None:
    made = with_rate(replace(memo.RATE, fund_use=Decimal(use)))
    assert (label, figure) in [(each.label, spaced(each.figure)) for each in step(made, "rate").parts]


@pytest.mark.parametrize(
    ("width", "said"), [("1", "til hele kroner"), ("5", "i trinn på 5,00 kr"), ("0.01", "til hele øre")]
)
def test_the_step_of_the_rate_is_said(width: str, said: str) -> None:
    assert said in spaced(step(with_rate(replace(memo.RATE, step=Decimal(width))), "rate").text)


def with_rate(rate: RateFact) -> Document:
    made = printed.invoice()
    first = made.lines[0]
    return replace(made, lines=(replace(first, statement=replace(first.statement, rate=rate)),))


def test_more_costs_than_four_are_counted() -> None:
    costs = tuple(CostLineFact(f"Post {n}", Decimal(n), None, None, Decimal(n)) for n in range(1, 8))
    details = step(with_rate(replace(memo.RATE, cost_lines=costs)), "rate").details
    assert [spaced(each) for each in details] == [
        "Post 1: 1,00", "Post 2: 2,00", "Post 3: 3,00", "Post 4: 4,00", "og 3 til, se portalen",
    ]  # fmt: skip


def test_the_own_step_of_the_ladder_is_marked_and_the_income_is_not_told() -> None:
    tier = step(printed.invoice(), "tier")
    assert tier.heading == "Rabattrinn 2 gir 50\u00a0% rabatt"
    assert [(spaced(rung.label), spaced(rung.incomes), rung.own) for rung in tier.ladder] == [
        ("Trinn 1: 70 %", "under 500 000 kr", False),
        ("Trinn 2: 50 %", "500 000 – 1 mill. kr", True),
        ("Trinn 3: 25 %", "1 – 5 mill. kr", False),
        ("Full pris: 0 %", "fra 5 mill. kr", False),
    ]
    assert spaced(tier.text) == "Vedtaket bygger på inntektene deres i 2025. Det gjelder til og med 30. juni 2027."


def test_two_prices_stand_side_by_side_and_are_not_summed() -> None:
    rate = step(printed.mixed_vat(), "rate")
    assert rate.result is None
    assert [(each.label, spaced(each.figure)) for each in rate.parts] == [
        ("Rådgivning 2026", "1 052,05 kr"),
        ("Kurs 2026", "1 190,97 kr"),
    ]
    assert [spaced(each) for each in rate.details] == [
        "Rådgivning 2026: 1 384 500,00 / 1 316 timer",
        "Kurs 2026: 21 437,50 / 18 timer",
    ]
    gross = step(printed.mixed_vat(), "gross")
    # 3.5 h: 2 893.14 + 263.01 + 526.03; the course 3 572.91.
    assert [(spaced(each.label), spaced(each.figure)) for each in gross.parts] == [
        ("3,5 × 1 052,05", "3 682,18"),
        ("3 × 1 190,97", "3 572,91"),
    ]
    assert result(gross) == ("Full pris", "7 255,09 kr")


def test_vat_groups_are_told_apart_with_the_reason_of_the_exempt_one() -> None:
    vat = step(printed.mixed_vat(), "vat")
    assert [(spaced(each.label), spaced(each.figure)) for each in vat.parts] == [
        ("Mva 25 % av 1 104,65", "276,16"),
        ("Unntatt mva 1 071,87", "0,00"),
    ]
    assert result(vat) == ("Mva", "276,16 kr")
    assert [spaced(each) for each in vat.details] == ["Undervisning er unntatt mva etter merverdiavgiftsloven § 3-5."]


def test_two_tiers_and_two_pots_are_each_named_with_their_share() -> None:
    later = replace(memo.TIER, code="T3", percent=Decimal("25.00"), decision=8, valid_to=date(2028, 6, 30))
    lines = [
        printed.line(1, "Digital strategi", 750, "11997.00", "5998.50"),
        printed.line(2, "Kravliste", 60, "959.76", "239.94", tier=later, pot=PotFact(2, "Gave 2026", "En stiftelse")),
    ]
    made = printed.document(lines, [(printed.TAXED, "6718.32", "1679.58")])
    tier = step(made, "tier")
    assert tier.heading == "Rabatten"
    assert [(spaced(each.label), spaced(each.figure)) for each in tier.parts] == [
        ("Full pris", "12 956,76"),
        ("Rabatt 50 % av 11 997,00", "−5 998,50"),
        ("Rabatt 25 % av 959,76", "−239,94"),
    ]
    assert [rung.own for rung in tier.ladder] == [False, True, True, False]
    assert "Rabattrinn 3 gjelder til og med 30. juni 2028." in spaced(tier.text)
    pot = step(made, "pot")
    assert [(each.label, spaced(each.figure)) for each in pot.parts] == [
        ("Fra «Grunntilskudd 2026»", "5 998,50"),
        ("Fra «Gave 2026»", "239,94"),
    ]
    assert result(pot) == ("Rabatten", "6 238,44 kr")
    assert words(made).pot_pays.startswith("Rabattpottene «Grunntilskudd 2026» og «Gave 2026» betaler")


def test_without_a_decision_the_ladder_shows_what_there_is_and_marks_nothing() -> None:
    line = printed.line(
        1, "Digital strategi", 750, "11997.00", "0.00", tier=replace(memo.FULL_PRICE, code=""), pot=None
    )
    made = printed.document([line], [(printed.TAXED, "11997.00", "2999.25")])
    tier = step(made, "tier")
    assert tier.heading == "Ingen rabatt"
    assert "Ingen vedtak om rabatt gjaldt da arbeidet ble gjort." in tier.text
    assert [rung.own for rung in tier.ladder] == [False] * 4
    assert [each.code for each in words(made).steps] == ["rate", "hours", "gross", "tier", "vat", "total"]
    assert words(made).pot_pays == ""
    assert [part.kind for part in words(made).bar] == ["price", "vat"]


def test_lines_rounded_one_by_one_say_so_where_the_product_differs() -> None:
    # 20 minutes at 959,76 are 319,92 and 25 are 399,90; 10 at 100,05 are 16,675 -> 16,68 twice, 33,35 together.
    rate = replace(memo.RATE, rate=Decimal("100.05"))
    lines = [printed.line(n, f"Telefon {n}", 10, "16.68", "8.34", rate=rate) for n in (1, 2)]
    made = printed.document(lines, [(printed.TAXED, "16.68", "4.17")])
    assert "Hver linje er rundet til hele øre." in step(made, "gross").text
    assert "Hver linje" not in step(printed.invoice(), "gross").text


def test_vat_without_room_in_the_bar_is_said_under_it() -> None:
    first_of_steps = pages(pdf.render(printed.mixed_vat()))[1]
    assert "Dere betaler 2 452,68 kr, av dette mva 276,16" in first_of_steps
    # The memo's VAT has room inside the bar.
    assert "av dette" not in pages(pdf.render(printed.invoice()))[1]


def test_a_service_is_named_in_the_language_of_the_reader_and_a_name_of_its_own_is_kept() -> None:
    named, frozen = [], replace(memo.RATE, service="advice", service_name="rådgivning")
    for language in ("nb", "nn", "en"):
        with translation.override(language):
            named.append(service_name(frozen))
            assert service_name(replace(frozen, service_name="Nettverk")) == "Nettverk"
    assert named == ["rådgivning", "rådgiving", "advice"]


def test_more_steps_than_a_page_holds_go_to_the_next() -> None:
    rates = [replace(memo.RATE, service_name=f"Tjeneste {n}", year=2020 + n) for n in range(1, 9)]
    tiers = [replace(memo.TIER, code=f"T{n}", percent=Decimal(n), decision=n) for n in range(1, 9)]
    pots = [PotFact(n, f"Pott {n} med et langt navn som tar plass", "Giver") for n in range(1, 9)]
    lines = [
        printed.line(n + 1, f"Arbeid {n} " * 8, 600, "9597.60", str(Decimal("95.976") * (n + 1))[:-1],
                     rate=rates[n], tier=tiers[n], pot=pots[n])
        for n in range(8)
    ]  # fmt: skip
    net = sum((line.net for line in lines), Decimal("0.00"))
    made = printed.document(lines, [(printed.TAXED, str(net), "18000.00")])
    with watched() as drawn:
        file = pdf.render(made)
    assert faults(drawn) == []
    said = "\n".join(pages(file))
    assert "og 4 til, se portalen" in said
    assert "«Pott 1 med et langt navn som tar plass», «Pott 2" in said
    assert "Å betale" in pages(file)[-1]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(60, "1"), (90, "1,5"), (15, "0,25"), (20, "0:20"), (100, "1:40"), (1290, "21,5"), (3, "0,05"), (-20, "−0:20")],
)
def test_a_quantity_says_exactly_what_was_worked(minutes: int, said: str) -> None:
    assert quantity(minutes, "nb") == said


@pytest.mark.parametrize(("code", "said"), [("T2", "2"), ("2", "2"), ("T10", "10"), ("H", "H"), ("", "")])
def test_a_tier_is_called_by_its_number(code: str, said: str) -> None:
    assert tier_number(code) == said


def test_the_bar_is_full_price_and_vat_and_its_parts_are_whole() -> None:
    made = words(printed.invoice())
    assert spaced(made.whole) == "Full pris 20 634,84 + mva 2 579,36 = 23 214,20 kr"
    assert sum(part.permille for part in made.bar) == 1000
    assert spaced(made.you_pay) == "Dere betaler 12 896,78 kr"
    assert spaced(made.pot_pays) == "Rabattpotten «Grunntilskudd 2026» betaler 10 317,42 kr"
