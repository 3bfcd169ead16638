"""What the ring-fence report says on paper: at most three pages, every figure, the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from advisory.kernel.pdf.flow import Sender
from billing.ringfence import pdf
from billing.ringfence.report import Financing, FundingFigures, Missing, Source
from tests.billing.ringfence import values
from tests.paper import faults, pages, text, watched

SENDER = Sender("Kompetansebasen")


def render(figures: FundingFigures, *, frozen: bool = True, language: str = "nb") -> bytes:
    return pdf.render(figures, SENDER, frozen_at=values.MADE if frozen else None, language=language)


@pytest.mark.parametrize(
    "figure",
    [
        "Tilskuddsrapport 2026",
        "Låst 3. februar 2027",
        "1 140,0",
        "780,0",
        "1 050,0",
        "210,0",
        "3 180,0",
        "917 735,85",
        "627 924,53",
        "845 283,02",
        "169 056,60",
        "2 560 000,00",
        "1 545 660,38",
        "633 441,60",
        "182 354,40",
        "29 487,02",
        "Selvkostfond (underdekning)",
        "Øremerket tilskudd",
        "6 av 6 i orden",
        "Ingen krone går på tvers",
        "03.02.2027 kl. 09.12",
    ],
)
def test_the_first_page_has_every_figure_of_the_memos_year(figure: str) -> None:
    assert figure in pages(render(values.memo_year()))[0]


SAID = ["Vestland", "Fylke ikke kjent, Troms", "skjult", "850,0", "200 000,00", "Trinn 2 (50 %)"]


@pytest.mark.parametrize("said", SAID)
def test_the_pages_after_say_who_was_reached_and_by_what(said: str) -> None:
    assert said in text(render(values.memo_year()))


def test_a_draft_says_so_on_every_page() -> None:
    for page in pages(render(values.memo_year(), frozen=False)):
        assert "oreløpig" in page


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("figures", [values.memo_year(), values.crowded()], ids=["memo", "crowded"])
def test_whatever_it_holds_it_is_three_pages_without_text_on_text(figures: FundingFigures, language: str) -> None:
    with watched() as drawn:
        made = render(figures, language=language)
    assert len(pages(made)) <= 3
    assert faults(drawn) == []


def test_a_period_without_accounts_says_what_is_missing_instead_of_a_cost() -> None:
    memo = values.memo_year()
    figures = replace(
        memo,
        cost=None,
        base_grant=None,
        project_money=None,
        missing=(Missing.NO_ACCOUNTS,),
        financing=memo.financing[1:3],
    )
    said = text(render(figures))
    assert "Året har ikke regnskap ennå." in said
    assert "917 735,85" not in said
    assert "Sum betalt" in said


def test_the_same_figures_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import django, sys; django.setup(); from tests.billing.ringfence import test_pdf, values; "
        "sys.stdout.buffer.write(test_pdf.render(values.memo_year()))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert there.stdout == render(values.memo_year())


def test_a_bar_of_many_parts_says_from_the_left_what_they_are() -> None:
    said = "3 Rådgivning, fra venstre: brukerbetaling, rabattpotter, selvkostfond."
    assert said in " ".join(pages(render(values.memo_year()))[0].split())


def test_the_fund_of_each_service_is_named_in_whole() -> None:
    figures = values.memo_year()
    others = tuple(row for row in figures.financing if row.source is not Source.FUND)
    funds = tuple(
        Financing(Source.FUND, values.kroner("0.00", "0.00", amount, "0.00"), service)
        for amount, service in (("-1.00", "advice"), ("1.00", "courses"))
    )
    page = pages(render(replace(figures, financing=(*others, *funds))))[0]
    assert "Selvkostfond (overdekning), rådgivning" in page
    assert "Selvkostfond (underdekning), kurs" in page
