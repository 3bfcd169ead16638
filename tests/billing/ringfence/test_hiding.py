"""Few organisations are hidden so that they cannot be worked out either."""

from __future__ import annotations

from billing.ringfence.hiding import groups, shown
from billing.ringfence.report import Group


def counts(**sizes: int) -> dict[str, int | None]:
    return {group.key: group.count for group in groups(sizes)}


def test_five_are_shown_and_four_are_not() -> None:
    assert (shown(5), shown(4), shown(1), shown(0)) == (5, None, None, 0)


def test_a_single_small_group_takes_the_smallest_other_with_it() -> None:
    assert counts(a=20, b=3, c=7) == {"a": 20, "b": None, "c": None}
    [_a, few, hidden] = groups({"a": 20, "b": 3, "c": 7})
    assert (few.few, hidden.few) == (True, False)


def test_small_groups_that_hide_each_other_leave_the_rest_alone() -> None:
    assert counts(a=20, b=3, c=2, d=6) == {"a": 20, "b": None, "c": None, "d": 6}


def test_two_groups_of_one_are_few_together_and_take_a_third_one() -> None:
    assert counts(a=20, b=1, c=1, d=6) == {"a": 20, "b": None, "c": None, "d": None}


def test_empty_groups_are_left_out() -> None:
    assert groups({"a": 0, "b": 9}) == (Group("b", 9),)
