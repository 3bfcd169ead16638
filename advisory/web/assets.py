"""The files of others that pages need, where they come from and where they are put.

They come from npm (`package.json`), are copied by `manage.py vendor_assets` and are not committed. htmx comes with
django-htmx.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

#: Place under node_modules -> place under assets. The map lies beside the script that names it, or hashing of
#: static files fails.
FILES: dict[str, str] = {
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "ds/designsystemet.css",
    "@digdir/designsystemet-css/dist/src/index.css": "ds/index.css",
    "@digdir/designsystemet-web/dist/umd/index.js": "ds/index.js",
    "@digdir/designsystemet-web/dist/umd/index.js.map": "ds/index.js.map",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter/inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter/inter-latin-ext-wght-normal.woff2",
}


def sources() -> Path:
    return Path(settings.BASE_DIR) / "node_modules"


def target() -> Path:
    return Path(settings.BASE_DIR) / "assets"


def assets_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where a page would come out unstyled."""
    missing = [name for name in FILES.values() if not (target() / name).is_file()]
    if not missing:
        return []
    return [
        Warning(
            f"{len(missing)} of {len(FILES)} front-end files are missing, the first is {missing[0]}.",
            hint="Run `npm ci --ignore-scripts` and `python manage.py vendor_assets` (`make setup` does both).",
            id="selvkost.W001",
        )
    ]
