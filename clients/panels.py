"""The seam that goes up: what upper storeys show on pages of `clients` and on the portal's first page.

An upper storey registers its providers in `AppConfig.ready()`; this storey asks them when a page is drawn and
never learns who answered. Providers only read. Those that fill columns get all row ids of the page at once, so
that the number of queries does not follow the number of rows. Texts come back in the active language.

| register | asked for | shown |
|---|---|---|
| `register_timeline` | events of one organisation | the timeline of the organisation's page |
| `register_fact` | one fact for each of many row ids | a column (and perhaps a filter, an order, a sum) of the list |
| `register_badge` | at most one tag | beside the organisation's name |
| `register_card` | a sheet | the rail of the organisation's page |
| `register_tab` | a page and perhaps a count | under the organisation's name |
| `register_action` | a button | right of the organisation's name |
| `register_declaration_fact` | what became of each of many declarations | the portal's list of declarations |
| `register_todo` | what waits for an answer | «Trenger svar fra dere» on the portal's first page |
| `register_portal_card` | a sheet | the portal's first page |
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from advisory.kernel.spreadsheet import Show
from advisory.kernel.users import User
from clients.memberships import Membership
from clients.organisations import Organisation

# --- Timeline


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened. `at` is an aware moment; `whole_day` hides its time of day.

    `visible` says whether the organisation can see it too; `strong` marks money and agreements; `link` is the part
    of `text` that leads to `url` (all of it where empty).
    """

    at: datetime
    kind: str
    text: str
    detail: str = ""
    url: str = ""
    visible: bool = False
    strong: bool = False
    whole_day: bool = False
    link: str = ""


TimelineProvider = Callable[[Organisation, User, int], Iterable[TimelineEvent]]


@dataclass(frozen=True, slots=True)
class TimelineKind:
    """A kind of event that the reader can choose or leave out, told by one or more providers."""

    kind: str
    label: StrOrPromise
    providers: tuple[TimelineProvider, ...]


_timelines: dict[str, TimelineKind] = {}


def register_timeline(kind: str, label: StrOrPromise, provider: TimelineProvider) -> None:
    """Add events. `provider(organisation, user, limit)` gives at most `limit` events, the newest ones.

    What belongs together for the reader shares a `kind`, and the first label stands.
    """
    known = _timelines.get(kind, TimelineKind(kind, label, ()))
    _timelines[kind] = TimelineKind(kind, known.label, (*known.providers, provider))


def timeline_kinds() -> list[TimelineKind]:
    """All kinds, in the order in which they were registered."""
    return list(_timelines.values())


def timeline(organisation: Organisation, user: User, kinds: Iterable[str] | None, limit: int) -> list[TimelineEvent]:
    """The `limit` newest events of the chosen kinds (`None`: all), newest first. Unknown kinds are left out."""
    chosen = list(_timelines) if kinds is None else [kind for kind in _timelines if kind in set(kinds)]
    streams = (
        sorted(provider(organisation, user, limit), key=lambda event: event.at, reverse=True)
        for kind in chosen
        for provider in _timelines[kind].providers
    )
    return list(islice(heapq.merge(*streams, key=lambda event: event.at, reverse=True), limit))


# --- Columns of the list


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell: `text` with a quiet `detail` behind it, or a `tag` of one or two words in `tag_color`.

    `quiet` greys a zero; `sort_key` orders the column where the cells are at hand (an export).
    """

    text: str = ""
    tag: str = ""
    tag_color: str = "neutral"
    detail: str = ""
    quiet: bool = False
    sort_key: Any = ""


FactProvider = Callable[[Sequence[int], date], Mapping[int, Fact]]
Organisations = QuerySet[Organisation]


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column of the list of organisations.

    `choices(on)` and `narrow(organisations, value, on)` together make it a filter; `arrange(organisations, on)`
    gives the queryset annotated with `sort_<key>` and makes it sortable; `total(organisations, on)` fills the foot.
    Where `show` is not text, the list's file holds the facts' `sort_key`.
    """

    key: str
    label: StrOrPromise | Callable[[date], StrOrPromise]
    provider: FactProvider
    num: bool = False
    choices: Callable[[date], Sequence[tuple[str, StrOrPromise]]] | None = None
    narrow: Callable[[Organisations, str, date], Organisations] | None = None
    arrange: Callable[[Organisations, date], Organisations] | None = None
    total: Callable[[Organisations, date], str] | None = None
    order: int = 50
    show: Show = Show.TEXT

    def heading(self, on: date) -> str:
        """The column's head on this day («Rabattrinn 2026»)."""
        return str(self.label(on) if callable(self.label) else self.label)


_facts: dict[str, FactColumn] = {}


def register_fact(
    key: str, label: StrOrPromise | Callable[[date], StrOrPromise], provider: FactProvider, **more: Any
) -> None:
    """Add a column; `provider(row ids, on)` gives a `Fact` for each id it knows. `more`: see `FactColumn`."""
    _facts[key] = FactColumn(key, label, provider, **more)


def fact_columns() -> list[FactColumn]:
    """The columns from left to right."""
    return sorted(_facts.values(), key=lambda column: column.order)


def facts(ids: Sequence[int], on: date) -> dict[str, Mapping[int, Fact]]:
    """All columns' cells for the rows of one page: `facts[key][row id]`."""
    return {column.key: column.provider(ids, on) for column in fact_columns()} if ids else {}


# --- What became of income declarations

DeclarationProvider = Callable[[Sequence[int]], Mapping[int, Fact]]

_declarations: list[DeclarationProvider] = []


def register_declaration_fact(provider: DeclarationProvider) -> None:
    """Say what became of declarations: `provider(declaration ids)` gives a `Fact` with a tag for those it knows."""
    _declarations.append(provider)


def declaration_facts(ids: Sequence[int]) -> dict[int, Fact]:
    """What is known of each declaration; one that nobody has looked at yet is missing."""
    known: dict[int, Fact] = {}
    for provider in _declarations if ids else []:
        known |= provider(ids)
    return known


# --- The organisation's page


@dataclass(frozen=True, slots=True)
class Badge:
    """The one tag beside the organisation's name: «Trinn 2 · 2026»."""

    text: str
    color: str = "info"


@dataclass(frozen=True, slots=True)
class Card:
    """A sheet: `template` draws what lies under the title, with `context` (and `card` itself)."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button right of the name. At most one of them all is primary: what is usually done next."""

    label: str
    url: str
    primary: bool = False
    order: int = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about the organisation, found under `url_name` with the organisation's number."""

    label: StrOrPromise
    url_name: str
    count: Callable[[Organisation], int] | None = None
    order: int = 50


@dataclass(frozen=True, slots=True)
class DrawnTab:
    """A tab as `c/tabs.html` draws it."""

    href: str
    label: StrOrPromise
    is_current: bool
    count: int | None


BadgeProvider = Callable[[Organisation, date], Badge | None]
CardProvider = Callable[[Organisation, User, date], Card | None]
ActionProvider = Callable[[Organisation, User], Action | None]

_badges: list[BadgeProvider] = []
_cards: list[CardProvider] = []
_actions: list[ActionProvider] = []
_tabs: dict[str, Tab] = {}


def register_badge(provider: BadgeProvider) -> None:
    """Add a candidate for the tag beside the name; the first that has something to say is shown."""
    _badges.append(provider)


def badge(organisation: Organisation, on: date) -> Badge | None:
    """The tag beside the name, if any."""
    return next((found for provider in _badges if (found := provider(organisation, on))), None)


def register_card(provider: CardProvider) -> None:
    """Add a sheet to the rail; a provider without something to show gives None."""
    _cards.append(provider)


def cards(organisation: Organisation, user: User, on: date) -> list[Card]:
    """The sheets of the rail, from the top."""
    found = [card for provider in _cards if (card := provider(organisation, user, on))]
    return sorted(found, key=lambda card: card.order)


def register_action(provider: ActionProvider) -> None:
    """Add a button; None where the person may not or it makes no sense."""
    _actions.append(provider)


def actions(organisation: Organisation, user: User) -> list[Action]:
    """The buttons from left to right."""
    found = [action for provider in _actions if (action := provider(organisation, user))]
    return sorted(found, key=lambda action: action.order)


def register_tab(
    label: StrOrPromise, url_name: str, count: Callable[[Organisation], int] | None = None, *, order: int = 50
) -> None:
    """Add a page under the organisation's name. Its url takes the organisation's `number` and nothing else."""
    _tabs[url_name] = Tab(label, url_name, count, order)


def tabs(organisation: Organisation, current: str) -> list[DrawnTab]:
    """The tabs of every page about this organisation; `current` is the url name of the page that is drawn."""
    return [
        DrawnTab(
            reverse(tab.url_name, args=[organisation.number]),
            tab.label,
            tab.url_name == current,
            tab.count(organisation) if tab.count else None,
        )
        for tab in sorted(_tabs.values(), key=lambda tab: tab.order)
    ]


# --- The portal's first page


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for the organisation. `verb` is on the button («Se fakturaen»), `amount` in kroner.

    `detail_language` where the detail was frozen in a language that need not be the page's.
    """

    text: str
    detail: str
    url: str
    urgent: bool = False
    amount: Decimal | None = None
    verb: str = ""
    order: int = 50
    detail_language: str = ""


@dataclass(frozen=True, slots=True)
class PortalCard:
    """A sheet of the portal's first page; `half` = stands beside another one. `heading` stands above the sheet."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    half: bool = False
    heading: bool = False


TodoProvider = Callable[[Membership, date], Iterable[Todo]]
PortalCardProvider = Callable[[Membership, date], PortalCard | None]

_todos: list[TodoProvider] = []
_portal_cards: list[PortalCardProvider] = []


def register_todo(provider: TodoProvider) -> None:
    """Add things that wait for the organisation; the provider minds the member's role."""
    _todos.append(provider)


def todos(membership: Membership, on: date) -> list[Todo]:
    """All that waits: the urgent first, then by `order`."""
    found = [todo for provider in _todos for todo in provider(membership, on)]
    return sorted(found, key=lambda todo: (not todo.urgent, todo.order))


def register_portal_card(provider: PortalCardProvider) -> None:
    """Add a sheet to the portal's first page; the provider minds the member's role."""
    _portal_cards.append(provider)


def portal_cards(membership: Membership, on: date) -> list[PortalCard]:
    """The sheets of the portal's first page, from the top."""
    found = [card for provider in _portal_cards if (card := provider(membership, on))]
    return sorted(found, key=lambda card: card.order)
