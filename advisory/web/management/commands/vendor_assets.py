"""Copy the front-end files that pages use from node_modules to assets/."""

from __future__ import annotations

import shutil
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from advisory.web import assets


class Command(BaseCommand):
    help = "Copy the style sheets, the script and the font that pages use from node_modules to assets/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [name for name in assets.FILES if not (assets.sources() / name).is_file()]
        if missing:
            raise CommandError(f"Not in node_modules: {', '.join(missing)}. Run `npm ci --ignore-scripts` first.")
        for source, place in assets.FILES.items():
            copy = assets.target() / place
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(assets.sources() / source, copy)
        self.stdout.write(f"{len(assets.FILES)} files are in {assets.target().name}/")
