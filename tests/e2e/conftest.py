"""A running demo and a headless Chromium: what `make e2e` works with.

The demo is the README's: prepared, seeded, web server and job worker together, on a database of its own.
Chromium is Debian's; `CHROMIUM` names another one.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest go first, and what shares a demo, the tests of a file, stays on one worker and in its order."""
    items.sort(key=lambda item: "test_every_page" not in item.nodeid)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.name if "test_every_page" in item.nodeid else item.path.stem))


ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = Path(__file__).resolve().parent / "shots"
PASSWORD = "selvkost-demo-2026"
# Nothing of Chromium's own may ask the network.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PEOPLE = {
    "administrator": "administrator@demo.example",
    "second administrator": "administrator2@demo.example",
    "advisor": "raadgiver@demo.example",
    "owner": "kasserer@demo.example",
    "reader": "leser@demo.example",
}


@dataclass(frozen=True)
class Demo:
    """The address of the running demo, and how to run its commands."""

    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _try in range(100):
        assert process.poll() is None, "the web server ended"
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{url} does not answer")


@contextmanager
def serving(folder: Path, *before: tuple[str, ...]) -> Iterator[Demo]:
    """Web server and worker over a prepared database of their own, in which the commands were run before."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "SELVKOST_ENV": "demo",
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
    }
    port = _free_port()
    running = Demo(f"http://localhost:{port}", environment)
    # While nobody else has the database: filling it takes seconds in one transaction.
    for command in (("prepare",), *before):
        running.manage(*command)
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "advisory.web.wsgi", "--bind", f"localhost:{port}", "--workers", "2",
         "--threads", "4", "--log-level", "error"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    worker = subprocess.Popen([sys.executable, "manage.py", "qcluster"], cwd=ROOT, env=environment)
    try:
        _wait_for(f"{running.url}/login/", web)
        yield running
    finally:
        for process in (web, worker):
            process.terminate()
        for process in (web, worker):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with serving(tmp_path_factory.mktemp("demo"), ("seed",)) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("No Chromium: install Debian's chromium, or name one in CHROMIUM.")
    SHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


Open = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def signed_in(demo: Demo, browser: Browser) -> Iterator[Open]:
    """A window in which a person of `PEOPLE` is signed in: `signed_in("advisor", javascript=False)`."""
    states: dict[str, object] = {}
    opened: list[BrowserContext] = []

    def window(person: str, *, javascript: bool = True, width: int = 1280, scheme: str = "light") -> BrowserContext:
        if person not in states:
            context = browser.new_context(base_url=demo.url, locale="nb-NO")
            sign_in(context.new_page(), PEOPLE[person])
            states[person] = context.storage_state()
            context.close()
        context = browser.new_context(
            base_url=demo.url, locale="nb-NO", java_script_enabled=javascript, storage_state=states[person],  # type: ignore[arg-type]
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce",  # type: ignore[arg-type]
        )  # fmt: skip
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield window
    for context in opened:
        context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in with a password, as a person does."""
    page.goto("/login/")
    if not page.locator("#id_login").is_visible():
        page.get_by_text("Logg inn med passord").click()
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
