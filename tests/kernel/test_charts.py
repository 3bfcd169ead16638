"""Where the marks of charts stand. Positions are worked by hand: the plot is 198 pixels, from 24 down to 222."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template import Context, Template

from advisory.kernel import charts


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        ("41108.71", [0, 20000, 40000, 60000]),
        ("200000", [0, 50000, 100000, 150000, 200000]),
        ("9", [0, 2.5, 5, 7.5, 10]),
        ("1000", [0, 250, 500, 750, 1000]),
        ("0.5", [0, 0.2, 0.4, 0.6]),
        ("0", [0]),
    ],
)
def test_a_grid_has_at_most_five_round_lines_and_reaches_the_top(highest: str, steps: list[float]) -> None:
    assert [float(step) for step in charts.grid(Decimal(highest))] == steps


def test_columns_start_at_zero_and_a_layer_keeps_its_fill_through_the_years() -> None:
    drawn = charts.columns([("2024", [("2023", 100), ("2024", 100)]), ("2025", [("2024", 200)])])
    first, second = drawn["columns"]
    # The top of the grid is 200: a hundred is 99 pixels, and two of them are air.
    assert [(b.fill, b.y, b.height) for b in first.blocks] == [("solid", "123", "99"), ("hatch", "24", "97")]
    assert [(b.fill, b.y, b.height) for b in second.blocks] == [("hatch", "24", "198")]
    assert (first.total, second.total) == (200, 200)


def test_a_part_too_low_for_its_name_goes_without() -> None:
    [column] = charts.columns([("2026", [("small", 5), ("large", 195)])])["columns"]
    assert [block.has_room for block in column.blocks] == [False, True]


def test_a_negative_part_is_drawn_as_nothing() -> None:
    [column] = charts.columns([("2026", [("loss", Decimal("-5")), ("rest", 10)])])["columns"]
    assert [block.name for block in column.blocks] == ["rest"]


def test_a_forecast_goes_on_from_the_last_known_point() -> None:
    drawn = charts.line([("jan", 0), ("feb", 50)], [("mar", 100)], limit=100)
    assert drawn["known"] == "M6 222 L48 123"
    assert drawn["expected"] == "M48 123 L90 24"
    assert drawn["area"] == "M6 222 L6 222 L48 123 L48 222Z"
    assert drawn["limit"] == "24"
    assert drawn["last"].value == 50
    assert drawn["end"].label == "mar"


def test_one_point_is_a_point_and_no_line() -> None:
    drawn = charts.line([("jan", 10)])
    assert drawn["known"] == drawn["expected"] == drawn["area"] == ""
    assert drawn["last"].x == "6%"


def test_nothing_to_draw_draws_a_base_line_only() -> None:
    assert charts.columns([])["lines"] == charts.line([])["lines"]
    assert len(charts.line([])["lines"]) == 1


def test_a_chart_tells_listeners_what_it_shows() -> None:
    source = '{% columns_chart "Fondet" "Lagene år for år" rows %}{% line_chart "Brukt" "Kroner" points %}'
    svg = Template(source).render(Context({"rows": [("2026", [("2025", 5)])], "points": [("jan", 1), ("feb", 2)]}))
    assert 'role="img" aria-label="Fondet. Lagene år for år"' in svg
    assert 'role="img" aria-label="Brukt. Kroner"' in svg
