"""Small numbers are hidden, and cannot be found by subtraction: checked against an independent solver of equations."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.discounts.suppression import LEAST, Group, Safe, safe
from tests.properties import many_examples


def shown(table: Safe) -> list[tuple[int | None, int | None, int | None]]:
    return [(row.given, row.refused, row.total) for row in (*table.rows, table.all)]


def groups(*counts: tuple[int, int]) -> list[Group]:
    return [Group(f"Gruppe {place}", *pair) for place, pair in enumerate(counts)]


def test_numbers_of_five_and_more_are_shown() -> None:
    assert shown(safe(groups((10, 5), (20, 8)))) == [(10, 5, 15), (20, 8, 28), (30, 13, 43)]


def test_a_cell_below_five_hides_its_neighbour_and_another_row() -> None:
    """4 could be found as 15 - 11, and as 17 - 5 - 8; so the next smallest row is hidden too."""
    found = shown(safe(groups((11, 4), (20, 8), (9, 5))))
    assert found == [(None, None, 15), (20, 8, 28), (None, None, 14), (40, 17, 57)]


def test_a_group_below_five_is_hidden_with_another() -> None:
    found = shown(safe(groups((3, 1), (20, 8), (10, 6))))
    assert found == [(None, None, None), (20, 8, 28), (None, None, None), (33, 15, 48)]


def test_a_whole_below_five_shows_nothing() -> None:
    assert shown(safe(groups((3, 1)))) == [(None, None, None)] * 2
    assert shown(safe([])) == [(None, None, None)]


COUNTS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(any), min_size=1, max_size=7)


@many_examples
@given(COUNTS)
def test_no_hidden_number_follows_from_what_is_shown(counts: list[tuple[int, int]]) -> None:
    table = safe(groups(*counts))
    cells = _cells(counts)
    visible = {
        (row, column)
        for row, numbers in enumerate(shown(table))
        for column, number in enumerate(numbers)
        if number is not None
    }
    for place in visible:
        assert cells[place] == shown(table)[place[0]][place[1]]
        assert cells[place] >= LEAST
    assert _found(sorted(cells), _equations(len(counts), visible)) == visible, shown(table)


@pytest.mark.parametrize("hidden", [(0, 0), (0, 2)])
def test_the_solver_finds_what_one_hidden_cell_gives_away(hidden: tuple[int, int]) -> None:
    cells = _cells([(3, 9), (8, 8)])
    assert hidden in _found(sorted(cells), _equations(2, set(cells) - {hidden}))


def _cells(counts: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    rows = [*((g, r, g + r) for g, r in counts)]
    sums = tuple(sum(row[column] for row in rows) for column in range(3))
    return {(r, c): number for r, row in enumerate([*rows, sums]) for c, number in enumerate(row)}


def _equations(count: int, visible: set[tuple[int, int]]) -> list[dict[tuple[int, int], int]]:
    """What everybody knows: parts add up to totals, rows to sums; and each visible cell."""
    known = [{(r, 0): 1, (r, 1): 1, (r, 2): -1} for r in range(count + 1)]
    known += [{**{(r, c): 1 for r in range(count)}, (count, c): -1} for c in range(3)]
    return known + [{place: 1} for place in visible]


def _found(order: list[tuple[int, int]], equations: list[dict[tuple[int, int], int]]) -> set[tuple[int, int]]:
    """The cells that the equations give: those that stand alone in a row when the system is reduced."""
    rows = [[Fraction(equation.get(place, 0)) for place in order] for equation in equations]
    rank = 0
    for column in range(len(order)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        head = rows[rank][column]
        rows[rank] = [number / head for number in rows[rank]]
        for r, row in enumerate(rows):
            if r != rank and row[column]:
                factor = row[column]
                rows[r] = [a - factor * b if b else a for a, b in zip(row, rows[rank], strict=True)]
        rank += 1
    alone = [[place for place, number in zip(order, row, strict=True) if number] for row in rows]
    return {places[0] for places in alone if len(places) == 1}
