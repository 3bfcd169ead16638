"""The README's pictures, taken of the demo: `make pictures` writes them anew into docs/pictures/.

Not collected by `make e2e`: pictures change when somebody decides so, and the changed files are committed.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, Open
from tests.e2e.office import last_week, week_path

INTO = ROOT / "docs" / "pictures"
#: More than this is slow to read over the net; text and plain surfaces need no more than 64 colours.
LARGEST, COLOURS = 150_000, 64
SHOWCASE = "Bygdekor Vest"


def test_pictures_of_the_demo(signed_in: Open, tmp_path: Path) -> None:
    INTO.mkdir(exist_ok=True)
    office = signed_in("administrator").new_page()
    _take(office, "/today/", "today", 760)
    _take(office, "/billing/proposals/", "proposals", 1000)
    office.get_by_role("button", name="Gå til kontroll").click()
    _keep(office, "review", 1000)
    year = datetime.now(tz=UTC).year
    _take(office, f"/selfcost/{year + 1}/advice/", "rate", 1240)
    _take(office, f"/selfcost/{year - 1}/after/", "after", 1240)
    office.goto(f"/organisations/?q={SHOWCASE}")
    office.locator("table a.name").first.click()
    organisation = office.url
    _keep(office, "organisation", 1000)
    office.goto(f"{organisation}invoices/")
    office.locator("table a.name").first.click()
    number = office.url.rstrip("/").rpartition("/")[2]
    _keep(office, "invoice", 1240)
    _paper(office.request.get(f"/invoices/{number}/pdf/").body(), tmp_path)

    _take(signed_in("advisor").new_page(), week_path(last_week()), "week", 900)
    owner = signed_in("owner", width=390, scheme="dark").new_page()
    ours = organisation.rstrip("/").rpartition("/")[2]
    _take(owner, f"/portal/{ours}/invoices/{number}/", "portal-invoice-dark", 1240)


def _take(page: Page, path: str, name: str, tallest: int) -> None:
    page.goto(path)
    _keep(page, name, tallest)


def _keep(page: Page, name: str, tallest: int) -> None:
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    _write(picture.crop((0, 0, picture.width, min(picture.height, tallest))), name)


def _paper(pdf: bytes, folder: Path) -> None:
    """Both pages of an invoice, where poppler is installed."""
    if not shutil.which("pdftoppm"):
        return
    (folder / "invoice.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-png", "-r", "80", "-l", "2", "invoice.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    for number, path in enumerate(sorted(folder.glob("page-*.png")), start=1):
        _write(Image.open(path), f"invoice-page-{number}")


def _write(picture: Image.Image, name: str) -> None:
    path = INTO / f"{name}.png"
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST, f"{path} is {path.stat().st_size} bytes"
