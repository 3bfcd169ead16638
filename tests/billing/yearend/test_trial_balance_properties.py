"""However a trial balance is written, the øre come through; whatever else a file is, it is refused in words."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.errors import DomainError
from advisory.kernel.spreadsheet import Column, Sheet, Show, workbook
from billing.yearend.trial_balance import Columns, DoesNotSumToZero, read_file, recognised, trial_balance
from tests.properties import some_examples

SPACES = (" ", "\u00a0", "\u202f", "")
MINUSES = ("-", "−", "–", "behind", "parentheses")

whole_ore = st.integers(min_value=-(10**11), max_value=10**11)
numbers = st.integers(min_value=1000, max_value=8999).map(str)
names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30)


@st.composite
def balances(draw: st.DrawFn) -> dict[str, tuple[str, int]]:
    """Accounts with a name and øre each, that sum to zero."""
    found = draw(st.dictionaries(numbers, st.tuples(names, st.integers(-(10**9), 10**9)), min_size=1, max_size=20))
    left = -sum(ore for _name, ore in found.values())
    found.pop("1920", None)
    left = -sum(ore for _name, ore in found.values())
    return found | {"1920": ("Bank", left)}


def written(ore: int, *, space: str, minus: str, point: str) -> str:
    """An amount as somebody writes it; not by the program's own words."""
    kroner, rest = divmod(abs(ore), 100)
    digits = str(kroner)
    groups: list[str] = []
    while digits:
        groups.insert(0, digits[-3:])
        digits = digits[:-3]
    text = f"{space.join(groups)}{point}{rest:02d}"
    if ore >= 0:
        return text
    if minus == "behind":
        return f"{text}-"
    return f"({text})" if minus == "parentheses" else f"{minus}{text}"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@some_examples
@given(
    accounts=balances(),
    space=st.sampled_from(SPACES),
    minus=st.sampled_from(MINUSES),
    separator=st.sampled_from([";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    title=st.booleans(),
)
def test_amounts_come_back_however_they_are_written(
    accounts: dict[str, tuple[str, int]], space: str, minus: str, separator: str, encoding: str, title: bool
) -> None:
    lines = ["Saldobalanse per 31.12.2026"] if title else []
    lines.append(separator.join(("Kontonr", "Kontonavn", "Utgående balanse")))
    for number, (name, ore) in accounts.items():
        amount = written(ore, space=space, minus=minus, point=",")
        lines.append(separator.join((number, quoted(name), quoted(amount))))
    rows = read_file("saldo.csv", "\r\n".join(lines).encode(encoding))
    columns = recognised(rows, 2026)
    assert columns == Columns(0, 1, amount=2)
    found = trial_balance(rows, columns)
    expected = {number: Decimal(ore).scaleb(-2) for number, (_name, ore) in accounts.items()}
    assert {each.number: each.amount for each in found.accounts} == {
        number: amount for number, amount in expected.items() if amount and number[0] not in "12"
    }
    # Nothing is lost: every account is in exactly one of the three.
    everyone = [each.number for each in (*found.accounts, *found.balance_sheet, *found.zero)]
    assert sorted(everyone) == sorted(accounts)
    assert found.result == -sum((each.amount for each in found.balance_sheet), Decimal(0))


@some_examples
@given(accounts=balances())
def test_a_workbook_gives_the_same_as_debit_and_credit(accounts: dict[str, tuple[str, int]]) -> None:
    moment = datetime(2027, 1, 31, tzinfo=UTC)
    columns = [Column("Konto"), Column("Saldo", Show.MONEY)]
    rows = [[int(number), Decimal(ore).scaleb(-2)] for number, (_name, ore) in accounts.items()]
    as_workbook = read_file("b.xlsx", workbook([Sheet("Ark", columns, rows)], title="B", made_at=moment))
    lines = ["Konto;Debet;Kredit"]
    for number, (_name, ore) in accounts.items():
        amount = written(abs(ore), space="", minus="-", point=",")
        lines.append(f"{number};{amount if ore >= 0 else ''};{amount if ore < 0 else ''}")
    as_text = read_file("b.csv", "\n".join(lines).encode())
    first = trial_balance(as_workbook, recognised(as_workbook, 2026) or Columns(0))
    second = trial_balance(as_text, recognised(as_text, 2026) or Columns(0))
    assert [(each.number, each.amount) for each in first.accounts] == [
        (each.number, each.amount) for each in second.accounts
    ]


@some_examples
@given(accounts=balances(), ore=st.integers(min_value=1, max_value=10**6))
def test_an_øre_too_many_is_always_noticed(accounts: dict[str, tuple[str, int]], ore: int) -> None:
    lines = [
        "Konto;Saldo",
        *(f"{number};{written(each, space='', minus='-', point=',')}" for number, (_name, each) in accounts.items()),
    ]
    lines.append(f"9999;{written(ore, space='', minus='-', point=',')}")
    rows = read_file("b.csv", "\n".join(lines).encode())
    with pytest.raises(DoesNotSumToZero) as refused:
        trial_balance(rows, recognised(rows, 2026) or Columns(0))
    assert refused.value.difference == Decimal(ore).scaleb(-2)


#: What people and programs put where an amount or a number should be.
HOSTILE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "NaN",
            "-NaN",
            "Infinity",
            "1e400",
            "1E-5",
            "٣",
            "５０００",
            "0x10",
            "=1+1",
            "1 2 3",
            "--1",
            "()",
            "-",
            ",",
            "1,2,3",
            "9" * 60,
        ]
    ),
    whole_ore.map(lambda ore: written(ore, space=" ", minus="-", point=",")),
)


@some_examples
@given(rows=st.lists(st.lists(HOSTILE, max_size=5), max_size=8), name=st.text(max_size=20))
def test_a_hostile_table_is_read_exactly_or_refused_in_words(rows: list[list[str]], name: str) -> None:
    text = "\n".join(";".join(quoted(cell) for cell in row) for row in rows)
    _taken_or_refused(name, ("Konto;Navn;Saldo\n" + text).encode("utf-8", errors="replace"))


@some_examples
@given(
    content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"PK", b"\xff\xfe", b"Konto;Saldo\n"])
)
def test_bytes_of_any_kind_are_read_or_refused_in_words(content: bytes, start: bytes) -> None:
    _taken_or_refused("fil", start + content)


@some_examples
@given(cells=st.lists(st.one_of(st.floats(), st.booleans(), st.integers(), st.dates(), st.none()), max_size=6))
def test_any_cell_of_a_workbook_is_read_or_refused_in_words(cells: list[object]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Konto", "Saldo"])
    for number, cell in enumerate(cells):
        sheet.append([3000 + number, cell if not isinstance(cell, int) or abs(cell) < 10**15 else 0])
    buffer = io.BytesIO()
    book.save(buffer)
    _taken_or_refused("b.xlsx", buffer.getvalue())


def _taken_or_refused(name: str, content: bytes) -> None:
    """No other mistake than those that have words; and what is taken sums to zero."""
    words, found = None, None
    try:
        rows = read_file(name, content)
        found = trial_balance(rows, recognised(rows, 2026) or Columns(0, amount=1))
    except DomainError as error:
        words = str(error)
    assert words or found
    if found is not None:
        assert sum(each.amount for each in (*found.accounts, *found.balance_sheet)) == 0
        assert all(each.amount == each.amount.quantize(Decimal("0.01")) for each in found.accounts)
