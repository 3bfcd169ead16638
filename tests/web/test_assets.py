"""The browser's files: copied whole, missed aloud, and light enough."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command

from advisory.web import assets


@pytest.fixture
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(assets, "target", lambda: tmp_path / "assets")
    monkeypatch.setattr(assets, "sources", lambda: tmp_path / "node_modules")
    return tmp_path


def test_files_that_are_missing_are_warned_of_with_the_command_that_brings_them(empty_place: Path) -> None:
    [warning] = assets.assets_are_there(None)
    assert warning.id == "selvkost.W001"
    assert "vendor_assets" in (warning.hint or "")


def test_the_command_copies_every_file_and_the_warning_goes(empty_place: Path) -> None:
    for name in assets.FILES:
        source = empty_place / "node_modules" / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(name)
    call_command("vendor_assets", verbosity=0)
    assert assets.assets_are_there(None) == []
    assert (empty_place / "assets" / "ds" / "index.css").read_text().endswith("index.css")


def test_the_command_says_what_is_not_there(empty_place: Path) -> None:
    with pytest.raises(CommandError, match="npm ci"):
        call_command("vendor_assets", verbosity=0)


def test_a_first_visit_costs_at_most_ninety_kilobytes_besides_the_font() -> None:
    names = ["app.css", "app.js", "ds/index.css", "ds/designsystemet.css", "ds/index.js", "django_htmx/htmx-2.min.js"]
    found = [finders.find(name) for name in names]
    if not all(found):
        pytest.skip("the front-end files are not set up here")
    weight = sum(len(gzip.compress(Path(str(path)).read_bytes(), 9)) for path in found)
    assert weight <= 90_000, weight


def test_our_style_names_no_other_host() -> None:
    for name in ("app.css", "app.js"):
        assert "//" not in (Path(settings.BASE_DIR) / "static" / name).read_text().replace("// ", "")
