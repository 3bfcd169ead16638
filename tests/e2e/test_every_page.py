"""Every page that links lead to, as everyone: no accessibility violation, nothing wider than the screen, no error.

Pages are found by following links from each person's first page, two of each kind (url name). Each is looked at
in 1280 and 390 px, light and dark, by axe (WCAG 2.2 AA), and once more without JavaScript.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.conftest import SHOTS, Demo, Open

OF_EACH_KIND = 2
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
FILES = re.compile(r"/pdf/|/evidence/|/attachments/|\.pdf|/export")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass
class Found:
    """What was seen and what was wrong."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def kind_of(path: str) -> str | None:
    """The url name of a path, or None for what is no page of ours."""
    try:
        return resolve(path.split("?")[0]).url_name
    except Resolver404:
        return None


@pytest.mark.parametrize("person", ["administrator", "advisor", "owner", "reader"])
def test_every_page_is_sound_for(person: str, demo: Demo, signed_in: Open) -> None:
    context = signed_in(person)
    page = context.new_page()
    found = Found()
    page.on("console", lambda message: _listen(message, page, found))
    page.on("pageerror", lambda error: found.wrong.append(f"{page.url}: {error}"))
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
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
            if kind and not FILES.search(link) and len(found.pages.get(kind, [])) + len(queued) < OF_EACH_KIND:
                waiting.append(link)
    page.close()
    _without_javascript(person, found, signed_in)
    assert not found.wrong, "\n".join(found.wrong)
    assert len(found.pages) > 3
    print(f"{person}: {sum(map(len, found.pages.values()))} pages of {len(found.pages)} kinds")


def _listen(message: ConsoleMessage, page: Page, found: Found) -> None:
    if message.type == "error":
        found.wrong.append(f"{page.url}: {message.text}")


def _links(page: Page, origin: str) -> list[str]:
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    inside = [href.removeprefix(origin).split("#")[0] for href in hrefs if href.startswith(origin + "/")]
    return list(dict.fromkeys(href for href in inside if href))


def _look(page: Page, person: str, name: str, found: Found) -> None:
    axe = Axe()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            result = axe.run(page, options=RULES)
            for violation in result.response["violations"]:
                nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                found.wrong.append(f"{page.url} {width} {scheme}: {violation['id']}: {nodes}")
            if scheme == "light":
                page.screenshot(path=SHOTS / f"{person}-{name}-{width}.png", full_page=True)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            found.wrong.append(f"{page.url} {width}: {too_wide} px wider than the screen")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    if not page.title().strip() or page.locator("h1").count() != 1:
        found.wrong.append(f"{page.url}: a page has a title and one h1")


def _without_javascript(person: str, found: Found, signed_in: Open) -> None:
    page = signed_in(person, javascript=False).new_page()
    for paths in found.pages.values():
        answer = page.goto(paths[0])
        if answer is None or answer.status != 200 or page.locator("h1").count() != 1:
            found.wrong.append(f"{paths[0]}: does not work without JavaScript")
    page.close()
