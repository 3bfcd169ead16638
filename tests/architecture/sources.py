"""The program's own files, and which storey each belongs to."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: From the floor up: whoever stands on a storey knows only what lies below.
STOREYS = ("advisory.kernel", "clients", "engagements", "billing", "advisory.web")
PACKAGES = ("advisory", "clients", "engagements", "billing")


@cache
def python_files() -> tuple[Path, ...]:
    """All modules of the product, without migrations and tests."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file()))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def short(path: Path) -> str:
    """`billing/invoicing/issue.py`."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """`billing.invoicing.issue`."""
    return short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def storey(name: str) -> int | None:
    """How high a dotted name lies, counted from the floor; None for what is in no storey (settings, Django)."""
    for height, prefix in enumerate(STOREYS):
        if name == prefix or name.startswith(f"{prefix}."):
            return height
    return None


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of the file's tree; walked once for all tests that look at them."""
    return tuple(ast.walk(tree(path)))


@cache
def calls(path: Path) -> tuple[ast.Call, ...]:
    return tuple(node for node in nodes(path) if isinstance(node, ast.Call))


def at(path: Path, node: ast.expr | ast.stmt) -> str:
    """Where, for a message that an editor can open."""
    return f"{short(path)}:{node.lineno}"
