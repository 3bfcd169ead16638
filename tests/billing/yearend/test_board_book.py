"""The workbook's formulas, worked out as a spreadsheet does: the vector's figures, and others when a cell changes."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from billing.yearend import book
from billing.yearend.board import Board
from tests.billing.yearend import board_values as values


class Evaluator:
    """SUM, ROUND, ROUNDDOWN, + - * / and references, also to other sheets."""

    def __init__(self, made: Board) -> None:
        self.book = load_workbook(BytesIO(book.render(made, seller="Kompetansebasen", language="nb")))

    def value(self, sheet: str, cell: str) -> Decimal:
        held = self.book[sheet][cell].value
        if isinstance(held, str) and held.startswith("="):
            return self._formula(sheet, held[1:])
        return Decimal(str(held or 0))

    def _formula(self, sheet: str, text: str) -> Decimal:
        def of_range(found: re.Match[str]) -> str:
            cells = self.book[sheet][f"{found[1]}:{found[2]}"]
            return f"D('{sum(self.value(sheet, cell.coordinate) for row in cells for cell in row)}')"

        text = re.sub(r"SUM\(([A-Z]+\d+):([A-Z]+\d+)\)", of_range, text)
        text = re.sub(r"'([^']+)'!([A-Z]+\d+)", lambda found: f"D('{self.value(found[1], found[2])}')", text)
        text = re.sub(r"(?<![\w'])([A-Z]+\d+)(?!\w)", lambda found: f"D('{self.value(sheet, found[1])}')", text)
        text = re.sub(r"(?<![\w'.])(\d+)(?![\w'.])", r"D('\1')", text)
        names: dict[str, Any] = {"D": Decimal, "ROUND": _round, "ROUNDDOWN": _down, "__builtins__": {}}
        found = eval(text, names)
        assert isinstance(found, Decimal)
        return found

    def row(self, sheet: str, label: str, column: str = "B") -> Decimal:
        [cell] = [row[0] for row in self.book[sheet].iter_rows() if row[0].value == label]
        return self.value(sheet, f"{column}{cell.row}")

    def change(self, sheet: str, label: str, column: str, value: Decimal, *, labels: int = 0) -> None:
        [cell] = [row[labels] for row in self.book[sheet].iter_rows() if row[labels].value == label]
        self.book[sheet][f"{column}{cell.row}"] = value


def _round(value: Decimal, places: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _down(value: Decimal, places: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(places)), ROUND_DOWN)


@pytest.fixture
def vector() -> Evaluator:
    return Evaluator(values.board())


def test_the_formulas_give_the_vectors_figures(vector: Evaluator) -> None:
    assert vector.row("Kostnader", "Selvkost", "G") == Decimal("845283.02")
    assert vector.row("Timer", "Sum solgt", "D") == 850
    assert vector.row("Timer", "Avvik", "D") == 50
    income = "Inntekt av årets arbeid"
    assert [vector.row("Inntekt", income, column) for column in "CDE"] == [
        Decimal("815796.00"),
        Decimal("182354.40"),
        Decimal("633441.60"),
    ]
    assert vector.row("Fond", "Resultat 2026") == Decimal("-29487.02")
    assert vector.row("Fond", "Rente") == Decimal("-589.74")
    assert vector.row("Fond", "Saldo 31. desember") == Decimal("-30076.76")
    assert vector.row("Fond", "Timepris 2027") == Decimal("1051.53")
    assert vector.row("Fond", "Sum av lagene", "D") == Decimal("-30076.76")


def test_a_changed_cost_moves_self_cost_result_interest_and_fund(vector: Evaluator) -> None:
    vector.change("Kostnader", "Lønn og drift", "D", Decimal("2500000.00"), labels=1)
    # HU(2 500 000 × 1 050 / 3 180) = 825 471,70; 815 796,00 less it; half of it times 4 %.
    assert vector.row("Kostnader", "Selvkost", "G") == Decimal("825471.70")
    assert vector.row("Fond", "Resultat 2026") == Decimal("-9675.70")
    assert vector.row("Fond", "Rente") == Decimal("-193.51")
    assert vector.row("Fond", "Saldo 31. desember") == Decimal("-9869.21")


def test_a_changed_discount_moves_what_customers_pay_and_not_the_result(vector: Evaluator) -> None:
    vector.change("Inntekt", "Trinn 1", "D", Decimal("95976.00"))
    assert vector.row("Inntekt", "Inntekt av årets arbeid", "E") == Decimal("604648.80")
    assert vector.row("Fond", "Resultat 2026") == Decimal("-29487.02")


def test_every_computed_figure_is_a_formula(vector: Evaluator) -> None:
    fund = {row[0].value: row[1] for row in vector.book["Fond"].iter_rows()}
    for label in ("Inntekt av årets arbeid", "Selvkost", "Resultat 2026", "Rente", "Saldo 31. desember"):
        assert fund[label].data_type == "f", label


def test_text_from_people_stays_text_and_a_full_year_can_be_worked_out() -> None:
    crowded = Evaluator(values.crowded("=1+1 \u0007<b>" * 10))
    assert crowded.row("Fond", "Sum av lagene", "D") == values.crowded("").figures.balance
    for sheet in crowded.book.worksheets:
        for row in sheet.iter_rows(max_col=2):
            for cell in row:
                assert not (cell.data_type == "f" and "1+1" in str(cell.value))


def test_the_same_value_gives_the_same_bytes() -> None:
    first, second = (book.render(values.board(), seller="Kompetansebasen", language="nb") for _time in range(2))
    assert first == second
