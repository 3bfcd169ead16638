"""Every page that links lead to, as everyone: sound to axe, no wider than the screen, without errors, all in bokmål.

Pages are found by following links from each person's first page, two of each kind (url name). Each is looked at
in 1280 and 390 px by axe (WCAG 2.2 AA), the first of its kind also in the dark and once more without JavaScript.
What changes between light and dark is colour: there axe looks at contrast alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.conftest import SHOTS, Demo, Open

OF_EACH_KIND = 2
WIDTHS = (1280, 390)
FILES = re.compile(
    r"/pdf/|/workbook/|/preview/$|/evidence/|/attachments/|\.pdf|/export|\.csv|\.xlsx|/file/(\?|$)|/api/schema/|[?&]file=|/accounts/(rows|files)/\w+/"
)
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LIGHT: dict[str, Any] = {"runOnly": WCAG, "resultTypes": ["violations"]}
DARK: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
# Words that no Norwegian sentence has: one of them on a bokmål page is a text that nobody translated.
ENGLISH = re.compile(r"\b(the|of|with|has|are|this|which|who|was|not|your|without|hours|by)\b", re.IGNORECASE)
# What a text of a mail is filled in with has its name in code, `{who}`, in every language.
PLACEHOLDER = re.compile(r"\{\w+\}")
# What says itself that it is in another language, a letter to an English-speaking organisation, is left out.
WORDS = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
        const around = walk.currentNode.parentElement;
        if (around.closest("[lang]").lang === "nb" && !around.closest("script")) found.push(walk.currentNode.data);
    }
    return found;
}"""
# Only what is wrong comes back: axe's whole answer is half a megabyte a page.
AXE = """axe.run(document, %s).then(found => found.violations.map(
    one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join("; ")))"""


@dataclass
class Found:
    """What was seen and what was wrong."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


@cache
def kind_of(path: str) -> str | None:
    """The url name of a path, or None for what is no page of ours."""
    try:
        return resolve(path.split("?")[0]).url_name
    except Resolver404:
        return None


@pytest.mark.parametrize("person", ["administrator", "advisor", "owner", "reader"])
def test_every_page_is_sound_for(person: str, demo: Demo, signed_in: Open) -> None:
    page = signed_in(person).new_page()
    found = Found()
    page.on("console", lambda message: _listen(message, page, found))
    page.on("pageerror", lambda error: found.wrong.append(f"{page.url}: {error}"))
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if FILES.search(path):
            _fetch(page, path, found)
            continue
        answer = page.goto(path)
        assert answer is not None
        here = page.url.removeprefix(demo.url)
        if answer.status >= 400:
            found.wrong.append(f"{here}: {answer.status}")
            continue
        name = kind_of(here) or here
        if here in found.pages.get(name, ()):
            continue
        found.pages.setdefault(name, []).append(here)
        _look(page, person, name, found)
        for link in _links(page, demo.url):
            kind = kind_of(link)
            queued = [other for other in waiting if kind_of(other) == kind]
            if kind and len(found.pages.get(kind, [])) + len(queued) < OF_EACH_KIND:
                waiting.append(link)
    page.close()
    _without_javascript(person, found, signed_in)
    if found.wrong:
        pytest.fail("\n".join(found.wrong), pytrace=False)
    assert len(found.pages) > 3
    print(f"{person}: {sum(map(len, found.pages.values()))} pages of {len(found.pages)} kinds")


def _listen(message: ConsoleMessage, page: Page, found: Found) -> None:
    if message.type == "error":
        found.wrong.append(f"{page.url}: {message.text}")


def _links(page: Page, origin: str) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = [href.removeprefix(origin).split("#")[0] for href in hrefs if href.startswith(origin + "/")]
    return list(dict.fromkeys(href for href in inside if href))


def _fetch(page: Page, path: str, found: Found) -> None:
    """A link to a file leads to a file; one of each kind."""
    kind = kind_of(path) or path
    if kind in found.files:
        return
    found.files.add(kind)
    answer = page.request.get(path)
    if answer.status != 200 or answer.headers["content-type"].startswith("text/html") or not answer.body():
        found.wrong.append(f"{path}: {answer.status} {answer.headers['content-type']}, not a file")


def _look(page: Page, person: str, name: str, found: Found) -> None:
    first = len(found.pages[name]) == 1
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        _axe(page, LIGHT, f"{page.url} {width} light", found)
        if first:
            page.screenshot(path=SHOTS / f"{person}-{name}-{width}.png", full_page=True)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            found.wrong.append(f"{page.url} {width}: {too_wide} px wider than the screen")
        if first:
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            _axe(page, DARK, f"{page.url} {width} dark", found)
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    texts = page.evaluate(WORDS)
    said = [PLACEHOLDER.sub("", text).strip() for text in texts]
    found.wrong += [f"{page.url}: not translated: {text[:100]}" for text in said if ENGLISH.search(text)]
    if not page.title().strip() or page.locator("h1").count() != 1:
        found.wrong.append(f"{page.url}: a page has a title and one h1")


def _axe(page: Page, options: dict[str, Any], where: str, found: Found) -> None:
    found.wrong += [f"{where}: {violation}" for violation in page.evaluate(AXE % json.dumps(options))]


def _without_javascript(person: str, found: Found, signed_in: Open) -> None:
    page = signed_in(person, javascript=False).new_page()
    for paths in found.pages.values():
        answer = page.goto(paths[0])
        if answer is None or answer.status != 200 or page.locator("h1").count() != 1:
            found.wrong.append(f"{paths[0]}: does not work without JavaScript")
    page.close()
