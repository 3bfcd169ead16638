"""Text on paper is drawn, never parsed: one package draws, and nothing in the program reads markup into a PDF."""

from __future__ import annotations

import ast

from tests.architecture.sources import nodes, python_files, short


def _imports() -> list[tuple[str, str]]:
    """(file, module) of every import, so that `from reportlab import platypus` counts as what it brings."""
    found = []
    for path in python_files():
        for node in nodes(path):
            if isinstance(node, ast.Import):
                found += [(short(path), alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [(short(path), f"{node.module}.{alias.name}") for alias in node.names]
    return found


def test_nothing_parses_markup_into_a_pdf() -> None:
    """reportlab's Paragraph opens the file named in `<img src=…>`, and refuses a text with `<b` in it."""
    parsing = [(file, module) for file, module in _imports() if "platypus" in module or "paraparser" in module]
    assert not parsing, "draw plain text on advisory.kernel.pdf.sheet"


def test_only_the_sheet_draws() -> None:
    drawing = {file for file, module in _imports() if module.split(".")[0] == "reportlab"}
    drawing.discard("advisory/web/demo/evidence.py")  # What the demo's organisations are said to have sent in.
    assert drawing
    assert all(file.startswith("advisory/kernel/pdf/") for file in drawing)
