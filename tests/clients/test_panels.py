"""The seam that goes up: what upper storeys register is merged and drawn in order, without knowing who they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from advisory.kernel.users import User
from clients import panels
from clients.organisations import Organisation
from clients.panels import Card, Fact, TimelineEvent, Todo
from tests.builders import NOW, TODAY


@pytest.fixture(autouse=True)
def _empty_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_timelines", "_facts", "_tabs"):
        monkeypatch.setattr(panels, name, {})
    for name in ("_cards", "_todos", "_badges", "_actions", "_portal_cards"):
        monkeypatch.setattr(panels, name, [])


def _every(kind: str, *hours_ago: int) -> panels.TimelineProvider:
    def provider(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
        return [TimelineEvent(NOW - timedelta(hours=h), kind, f"{kind} {h}") for h in hours_ago][:limit]

    return provider


def test_the_timeline_is_merged_newest_first_and_cut_at_the_limit() -> None:
    panels.register_timeline("hours", "Timer", _every("hours", 5, 1))
    panels.register_timeline("invoice", "Faktura", _every("invoice", 2, 3))
    texts = [event.text for event in panels.timeline(Organisation(), User(), None, 3)]
    assert texts == ["hours 1", "invoice 2", "invoice 3"]


def test_the_timeline_shows_the_chosen_kinds_only_and_ignores_unknown_ones() -> None:
    panels.register_timeline("hours", "Timer", _every("hours", 1))
    panels.register_timeline("invoice", "Faktura", _every("invoice", 2))
    assert [e.kind for e in panels.timeline(Organisation(), User(), ["invoice", "weather"], 9)] == ["invoice"]
    assert panels.timeline(Organisation(), User(), [], 9) == []


def test_events_of_one_kind_may_come_from_two_storeys_under_the_first_label() -> None:
    panels.register_timeline("income", "Inntekt og rabatt", _every("declared", 3, 1))
    panels.register_timeline("income", "Rabatt", _every("decided", 2))
    assert [kind.label for kind in panels.timeline_kinds()] == ["Inntekt og rabatt"]
    texts = [event.text for event in panels.timeline(Organisation(), User(), ["income"], 9)]
    assert texts == ["declared 1", "decided 2", "declared 3"]


def test_all_columns_are_asked_once_for_all_rows() -> None:
    asked: list[list[int]] = []

    def tiers(ids: object, on: object) -> dict[int, Fact]:
        asked.append(list(ids))  # type: ignore[call-overload]
        return {1: Fact("Trinn 2")}

    panels.register_fact("tier", lambda on: f"Rabattrinn {on.year}", tiers, order=2)
    panels.register_fact("open", "Åpne oppdrag", lambda ids, on: {2: Fact("1")}, order=1, num=True)
    assert [column.heading(TODAY) for column in panels.fact_columns()] == ["Åpne oppdrag", "Rabattrinn 2026"]
    assert panels.facts([1, 2], TODAY)["tier"] == {1: Fact("Trinn 2")}
    assert asked == [[1, 2]]


def test_cards_stand_in_their_order_and_a_provider_may_have_nothing_to_show() -> None:
    panels.register_card(lambda organisation, user, on: Card("Økonomi", "x.html", order=20))
    panels.register_card(lambda organisation, user, on: None)
    panels.register_card(lambda organisation, user, on: Card("Rabattrinn", "x.html", order=10))
    assert [card.title for card in panels.cards(Organisation(), User(), TODAY)] == ["Rabattrinn", "Økonomi"]


def test_what_is_urgent_stands_first_in_the_portal() -> None:
    panels.register_todo(lambda membership, on: [Todo("Hva var inntektene?", "", "/a/")])
    panels.register_todo(lambda membership, on: [Todo("Betal", "", "/b/", urgent=True)])
    found = panels.todos(None, TODAY)  # type: ignore[arg-type]
    assert [todo.text for todo in found] == ["Betal", "Hva var inntektene?"]
