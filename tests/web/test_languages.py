"""Every page that an organisation can open speaks one language, says which, and so does every page of staff in English.

A page is mixed where one of its texts stands word for word in another language's catalogue and not in its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client

from advisory.kernel.access import Audience
from advisory.kernel.users import User
from clients.models import Organisation
from tests.access.routes import Route, routes
from tests.access.test_walk import paths
from tests.access.world import World, build
from tests.architecture.test_translations import FACTS, _translations

pytestmark = pytest.mark.django_db

#: Written by people, so in the language they chose; and names that a page has in its own language on purpose.
DATA = {"Kurs", "Rabattpott 2026", "Husleie", "Medlemssystem", "Bokmål", "Nynorsk", "English"}


class _Texts(HTMLParser):
    """What a page says, each text with the language it stands in: text, and attributes that are read aloud or shown."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-said-offline", "data-said-copied")
    EMPTY = frozenset(("meta", "link", "input", "br", "hr", "img", "path", "rect", "line", "circle", "use"))

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        here = given.get("lang") or (self.open[-1][1] if self.open else "")
        self.language = self.language or here
        self.texts += [(here, value) for name in self.SPOKEN if (value := given.get(name))]
        if tag not in self.EMPTY:
            self.open.append((tag, here))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in ("script", "style", "textarea", "code"):
            self.texts.append((self.open[-1][1], data))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip(" .:–")


@cache
def _words(language: str) -> frozenset[str]:
    """What the catalogue says whole, without facts to be filled in, in at least two signs."""
    said = (string for _id, string in _translations(language) if not FACTS.search(string))
    return frozenset(plain for string in said if len(plain := _plain(string)) > 1)


@cache
def _foreign(language: str) -> frozenset[str]:
    """What only the other languages say."""
    others = frozenset().union(*(_words(other) for other in ("nb", "nn", "en") if other != language))
    return others - _words(language) - DATA


def mixed(page: str, language: str) -> list[str]:
    """The texts of the page that another language's catalogue says."""
    reader = _Texts()
    reader.feed(page)
    reader.close()
    wrong = [] if reader.language == language else [f'<html lang="{reader.language}">']
    return wrong + [text for here, text in reader.texts if here == language and _plain(text) in _foreign(language)]


def _pages(world: World, language: str) -> Iterator[tuple[Route, str, Client]]:
    """Pages of the portal, of everyone, and in English of staff, with who opens them."""
    member, anybody, office = Client(), Client(HTTP_ACCEPT_LANGUAGE=language), Client()
    member.force_login(world.own.owner)
    office.force_login(world.people["administrator"])
    for route in routes():
        if "GET" not in route.methods:
            continue
        who = {Audience.PUBLIC: anybody, Audience.PORTAL: member, Audience.SIGNED_IN: member}.get(
            route.audience or Audience.STAFF, office if language == "en" else None
        )
        if who is not None:
            yield route, paths(route, world)["own"], who


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_page_mixes_languages(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
    world = build()
    User.objects.update(language=language)
    Organisation.objects.update(language=language)
    wrong, seen = [], 0
    for route, path, who in _pages(world, language):
        answers = [who.get(path)]
        if route.is_portal and "POST" in route.methods:
            # An empty form: what it is answered with, and that nothing of it stays.
            with transaction.atomic():
                answers.append(who.post(path))
                transaction.set_rollback(True)
        for answer in answers:
            page = answer.content.decode(errors="replace") if not answer.streaming else ""
            if "<html" in page:
                seen += 1
                wrong += [f"{route}: {text.strip()[:80]}" for text in mixed(page, language)]
    assert seen > 30
    assert not wrong, "\n".join(wrong)


def test_a_mixed_page_is_seen() -> None:
    page = '<html lang="nn"><h1>{}</h1><p lang="nb">Ikke nå</p></html>'
    assert mixed(page.format("Lagre endringene"), "nn") == ["Lagre endringene"]
    assert mixed(page.format("Lagre endringane"), "nn") == []
    assert mixed(page.format("Save the changes"), "nn") == ["Save the changes"]
    assert mixed(page.format("Lagre endringane"), "nb")


def test_an_invoice_in_another_language_says_so_on_every_page() -> None:
    """What was frozen when it was issued keeps its language, whoever reads it: here bokmål on pages in English."""
    world = build()
    invoice, number = world.own.things["invoice"], world.own.organisation.number
    assert invoice.language == "nb"
    User.objects.update(language="en")
    member, office = Client(), Client()
    member.force_login(world.own.owner)
    office.force_login(world.people["administrator"])
    for who, path in (
        (member, f"/portal/{number}/invoices/"),
        (member, f"/portal/{number}/invoices/{invoice.number}/"),
        (office, "/invoices/"),
        (office, f"/invoices/{invoice.number}/"),
        (office, f"/organisations/{number}/invoices/"),
    ):
        page = who.get(path).content.decode()
        assert '<html lang="en"' in page
        assert re.search(rf'lang="nb"[^>]*>{re.escape(invoice.subject)}', page), path
