"""The after-calculation for the board, on paper. Figures: domain.md 1.4 example 1."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from advisory.kernel.pdf.flow import Sender
from billing.yearend import pdf
from billing.yearend.board import Board
from tests.billing.yearend import board_values as values
from tests.paper import faults, pages, text, watched

HOSTILE = ("<b>=SUM(A1)\u0007 \ud800 ﾃｽﾄ \u202e" + "x" * 200 + " 🐴 Čáhppesgáisá")[:160]


def render(made: Board, language: str = "nb") -> bytes:
    return pdf.render(made, Sender("Kompetansebasen"), language=language)


@pytest.mark.parametrize(
    "figure",
    [
        "Etterkalkyle 2026",
        "Til styret, sak 07/27",
        "Rådgivning kostet 29 487,02 kr mer enn selvkostprisen dekket.",
        "−29 487,02 kr",
        "−30 076,76 kr",
        "1 051,53 kr",
        "Selvkost etter regnskapet 845 283,02 kr",
        # Who covered it: 633 441,60 + 182 354,40 + 29 487,02 = 845 283,02.
        "633 441,60 kr",
        "182 354,40 kr",
        "29 487,02 kr",
        "75 %",
        "22 %",
        # Budget, accounts, deviation.
        "767 813,27",
        "845 283,02",
        "+77 469,75",
        "800,0",
        "850,0",
        "+50,0",
        "959,77",
        "994,45",
        "+34,68",
        "767 808,00",
        "815 796,00",
        "+47 988,00",
        "−5,27",
        "−29 481,75",
        # Why.
        "1 050 av 3 180 timer mot 1 000 av 3 256 i budsjettet",
        "60 000 kr høyere",
        "34,68 kr mer enn ventet",
        # By tier.
        "420,0",
        "180,0",
        "150,0",
        "100,0",
        "43 189,20",
        "71 982,00",
        "67 183,20",
        "182 354,40",
        # From shortfall to rate.
        "−589,74",
        "Renter, 4 %",
        "895 270,27",
        "30 076,76",
        "880,0",
        "1 017,35",
        "Styret godkjenner etterkalkylen for 2026.",
        "Underdekningen, 30 076,76 kr med renter, dekkes i 2027.",
        "Timeprisen for 2027 er 1 051,53 kr.",
    ],
)
def test_the_first_page_has_every_figure_of_the_vector(figure: str) -> None:
    assert figure in " ".join(pages(render(values.board()))[0].split("\n"))


def test_the_pages_after_show_how_self_cost_income_and_fund_were_made_up() -> None:
    said = " ".join("\n".join(pages(render(values.board()))[1:]).split("\n"))
    for figure in ("5000 Lønn og drift", "2 560 000,00", "1 050 / 3 180", "403 099,20", "633 441,60", "2031"):
        assert figure in said
    assert "Øremerket tilskudd 182 354,40 kr" in said
    assert "Lag" in said


def test_a_surplus_goes_back_and_is_no_part_of_the_cost() -> None:
    first = " ".join(pages(render(values.surplus()))[0].split("\n"))
    # 815 796,00 − 754 000,00; interest HU((2 × 12 000 + 61 796) / 2 × 4 %) = 1 715,92.
    for said in ("61 796,00 kr", "1 715,92", "75 511,92", "Overdekning 61 796,00 kr", "ikke vedtatt ennå"):
        assert said in first
    assert "Underdekning" not in first
    assert "går tilbake til brukerne, det eldste laget senest i 2029" in first


def test_courses_are_told_by_their_seats() -> None:
    first = " ".join(pages(render(values.courses()))[0].split("\n"))
    assert "Solgte plasser og rabatt" in first
    for said in ("Årsmøte på nett", "64", "107", "171", "−4 033,35 kr", "Vi solgte 9 plasser"):
        assert said in first
    second = " ".join(pages(render(values.courses()))[1].split("\n"))
    assert "Plasser" in second
    assert "171" in second
    # The budget knew no shared costs: that the sums before sharing differ says nothing.
    assert "før fordeling" not in first
    assert "sak 7/2026" in first
    assert "sak Sak" not in first


def test_how_a_cost_is_shared_is_never_cut() -> None:
    for made in (values.board(), values.courses(), values.crowded("Post")):
        assert "…" not in " ".join(pages(render(made))[1].split("\n"))


def test_the_words_are_not_torn_apart() -> None:
    for made in (values.board(), values.courses(), values.surplus()):
        found = [page for page in pages(render(made)) if "Ordene i dette dokumentet" in page]
        assert len(found) == 1
        assert "Det prisen til nå har dekket" in found[0]
        assert "Rentene legges til det eldste laget" in " ".join(found[0].split())


def test_a_year_without_accounts_is_still_a_document() -> None:
    figures = replace(values.vector(), actual=None, result=None, layers_after=(), history=())
    said = text(render(replace(values.board(figures, is_closed=False), next_rate=None)))
    assert "Regnskapet mangler" in said
    assert "None" not in said


def test_a_draft_says_so_on_every_page_and_a_closed_year_does_not() -> None:
    for page in pages(render(values.board(is_closed=False))):
        assert "Utkast" in page
    closed = text(render(values.board()))
    assert "Utkast" not in closed
    assert "Avsluttet 3. februar 2027" in closed


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    "made",
    [values.board(), values.surplus(), values.courses(), values.crowded(HOSTILE)],
    ids=["vector", "surplus", "courses", "crowded"],
)
def test_whatever_it_holds_it_is_four_pages_without_text_on_text(made: Board, language: str) -> None:
    with watched() as drawn:
        file = render(made, language)
    assert len(pages(file)) <= 4
    assert faults(drawn) == []


def test_the_same_value_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import django, sys; django.setup(); from tests.billing.yearend import board_values, test_board_pdf; "
        "sys.stdout.buffer.write(test_board_pdf.render(board_values.board()))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert there.stdout == render(values.board())
