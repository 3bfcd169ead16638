"""The report as a workbook: the figures of the page, and sums that live."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from billing.ringfence import book
from billing.ringfence.report import FundingFigures
from tests.billing.ringfence import values


def render(figures: FundingFigures) -> bytes:
    return book.render(figures, seller="Kompetansebasen", frozen_at=values.MADE, language="nb")


def sheet(name: str, figures: FundingFigures) -> Any:
    return load_workbook(BytesIO(render(figures)))[name]


def test_the_matrix_sums_by_formulas_over_the_reports_own_figures() -> None:
    page = sheet("Områder", values.memo_year())
    rows = {row[0].value: row for row in page.iter_rows() if row[0].value}
    assert [cell.value for cell in rows["Kostnad"][1:5]] == [917735.85, 627924.53, 845283.02, 169056.6]
    first, last = rows["Grunntilskudd"][0].row, rows["Prosjektmidler"][0].row
    assert last - first == 4
    assert [cell.value for cell in rows["Sum finansiering"][1:5]] == [
        f"=SUM({column}{first}:{column}{last})" for column in "BCDE"
    ]
    cost, total = rows["Kostnad"][0].row, rows["Sum finansiering"][0].row
    assert rows["Kostnad minus finansiering: skal være null"][1].value == f"=B{cost}-B{total}"
    for row in rows.values():
        if row[5].value and row[0].row >= rows["Timer"][0].row:
            assert row[5].value == f"=SUM(B{row[0].row}:E{row[0].row})"


def test_every_group_and_pot_is_there_and_the_small_ones_stay_hidden() -> None:
    groups = [[cell.value for cell in row] for row in sheet("Organisasjoner", values.memo_year()).iter_rows(min_row=4)]
    assert ["Alle", None, 31] in groups
    assert ["Fylke", "Vestland", 17] in groups
    # Which of them are fewer than five, and which one hides them, is not told.
    assert ["Fylke", "Fylke ikke kjent, Troms", "skjult"] in groups
    pots = [[cell.value for cell in row] for row in sheet("Rabatter", values.memo_year()).iter_rows()]
    assert ["Øremerket tilskudd", "Kulturdepartementet", 200000, Decimal("182354.40")] in [
        [*row[:3], Decimal(str(row[3])).quantize(Decimal("0.01")) if isinstance(row[3], float) else row[3]]
        for row in pots
    ]


def test_text_from_people_never_becomes_a_formula() -> None:
    page = sheet("Rabatter", values.crowded())
    assert all(cell.data_type != "f" for row in page.iter_rows(max_col=2) for cell in row)
    assert page.max_row == 32


def test_the_same_figures_give_the_same_bytes() -> None:
    assert render(values.memo_year()) == render(values.memo_year())
