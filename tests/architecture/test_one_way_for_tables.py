"""CSV and XLSX are read and written in one place, so that formula signs are defused in one place."""

from __future__ import annotations

import ast

from tests.architecture.sources import nodes, python_files, short

HOME = "advisory/kernel/spreadsheet.py"
LIBRARIES = {"csv", "defusedcsv", "openpyxl"}
#: Gives letters to columns and neither reads nor writes.
HARMLESS = "openpyxl.utils"
#: The table of contents beside exported documents, written by the operator's command for programs to read.
FOR_PROGRAMS = "billing/invoicing/export.py"


def test_only_the_kernel_reads_and_writes_tables() -> None:
    others = set()
    for path in python_files():
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] in LIBRARIES and name != HARMLESS for name in names):
                others.add(short(path))
    assert others == {HOME, FOR_PROGRAMS}
