"""`python manage.py simulate FILE`, as it is run: its answer, its refusals, its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, execute_from_command_line

from tests.billing.selfcost.test_scenario import FULL, GOLDEN, NAMES, changed

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", NAMES)
def test_the_command_answers_a_worked_example_exactly(name: str) -> None:
    # No database mark: a test that touched the database would be refused.
    out = StringIO()
    call_command("simulate", str(GOLDEN / f"{name}.json"), stdout=out)
    assert json.loads(out.getvalue()) == json.loads((GOLDEN / f"{name}.expected.json").read_text(encoding="utf-8"))


def test_the_command_needs_no_variable_and_no_database() -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    run = subprocess.run(
        [sys.executable, "manage.py", "simulate", str(GOLDEN / "memo.json")],
        cwd=ROOT,
        env=bare | {"DATABASE_URL": "sqlite:////no/such/folder/selvkost.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout) == json.loads((GOLDEN / "memo.expected.json").read_text(encoding="utf-8"))


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command on a bad file; give its one line on standard error."""
    with pytest.raises(SystemExit) as stopped:
        execute_from_command_line(["manage.py", "simulate", str(path)])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scenario.json"


def test_a_valid_file_prints_json_and_nothing_else(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(json.dumps(FULL), encoding="utf-8")
    execute_from_command_line(["manage.py", "simulate", str(file)])
    said = capsys.readouterr()
    assert [year["year"] for year in json.loads(said.out)["years"]] == [2026, 2028]
    assert said.err == ""


def test_a_byte_order_mark_is_no_mistake(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(FULL).encode())
    execute_from_command_line(["manage.py", "simulate", str(file)])
    assert json.loads(capsys.readouterr().out)


def test_a_reference_with_any_sign_is_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(json.dumps(changed("years.0.invoices.0.reference", "Ærlig \ud800")), encoding="utf-8")
    execute_from_command_line(["manage.py", "simulate", str(file)])
    answer = json.loads(capsys.readouterr().out)
    assert answer["years"][0]["invoices"][0]["reference"] == "Ærlig \ud800"


def test_a_bad_file_gets_one_line_that_names_the_place(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(json.dumps(changed("years.0.plan.billable_hours", "0")), encoding="utf-8")
    line = refused(file, capsys)
    assert line.endswith("scenario.json: years[0].plan.billable_hours: must be above zero")


def test_a_missing_file_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "scenario.json: No such file" in refused(file, capsys)


def test_a_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "directory" in refused(tmp_path, capsys)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"title": "\xe6"}', "not UTF-8 (byte 12)"),
        (b"", "line 1 column 1: not JSON (Expecting value)"),
        (b"{'years': []}", "line 1 column 2: not JSON"),
        (b'{"years": [], "years": []}', 'the key "years" is given twice in one object'),
        (b'{"years": NaN}', "NaN is not a JSON value"),
        (b"\x00", "line 1 column 1: not JSON"),
    ],
)
def test_a_file_that_is_no_json_is_refused(
    content: bytes, line: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    assert line in refused(file, capsys)
