"""A choice of proposals as a short text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.selection import LARGEST, decode, encode
from tests.properties import some_examples


@pytest.mark.parametrize(("ids", "text"), [([3, 4, 5, 9], "3-5.9"), ([7], "7"), ([], ""), ([9, 1, 9], "1.9")])
def test_neighbours_are_joined(ids: list[int], text: str) -> None:
    assert encode(ids) == text


@some_examples
@given(st.sets(st.integers(min_value=1, max_value=10**6), max_size=200))
def test_what_was_chosen_comes_back(ids: set[int]) -> None:
    assert decode(encode(ids)) == sorted(ids)


@pytest.mark.parametrize("text", ["a", "5-1", "1--2", "-1", f"1-{LARGEST + 1}", "1" * 30, "١"])
def test_nonsense_and_far_too_many_give_none(text: str) -> None:
    assert decode(text) == []
