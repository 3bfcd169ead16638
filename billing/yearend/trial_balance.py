"""A trial balance as accounting programs export it: which columns hold what, and the accounts with their amounts.

Knows no database. A cost is above zero and an income below. All accounts together sum to zero, or the file is
refused: so it is certain that none was lost on the way. Accounts of the balance sheet (classes 1 and 2 of NS 4102)
are counted in that sum and then left out, as are accounts of zero; rows without an account number (titles, sums) are
kept apart and shown, never silently dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.errors import DomainError
from advisory.kernel.money import (
    LARGEST,
    ZERO,
    AmbiguousAmount,
    AmountError,
    AmountTooLarge,
    TooManyDecimals,
    parse_amount,
)
from advisory.kernel.spreadsheet import read_numbered_table

#: The sizes that are taken: in bytes, and accounts outside the balance sheet.
LARGEST_FILE = 5 * 1024 * 1024
MOST_ACCOUNTS = 600
LONGEST_NAME = 160


class TrialBalanceRefused(DomainError):
    """A file that is no trial balance we can take; nothing of it is kept."""

    @property
    def messages(self) -> list[str]:
        """What to tell, one sentence for each mistake."""
        return [self.message]


class FileEmpty(TrialBalanceRefused):
    template = _("The file «%(name)s» is empty. Choose the file again.")


class FileTooLarge(TrialBalanceRefused):
    template = _(
        "The file «%(name)s» is larger than 5 MB. A trial balance is much smaller: check that it is the right file."
    )


class NoAccounts(TrialBalanceRefused):
    """No row has an account number in the chosen column."""

    template = _("No account numbers were found in column %(column)s. Choose the column that holds them.")


class TooManyAccounts(TrialBalanceRefused):
    template = _("The file has %(count)s accounts outside the balance sheet; at most %(most)s are taken.")


class NotAnAccount(TrialBalanceRefused):
    template = _("Row %(row)s: «%(text)s» is not an account number. Write three to eight digits.")


class NotAnAmountInRow(TrialBalanceRefused):
    template = _("Row %(row)s: «%(text)s» is not an amount. Write it as 1 234,50 and upload the file again.")


class AmbiguousInRow(TrialBalanceRefused):
    template = _(
        "Row %(row)s: «%(text)s» can be read in two ways. Write %(as_thousands)s if you mean thousands, else at most"
        " two decimals, and upload the file again."
    )


class TooManyDecimalsInRow(TrialBalanceRefused):
    template = _("Row %(row)s: «%(text)s» has more than two decimals. Round it to whole øre and upload the file again.")


class TooLargeInRow(TrialBalanceRefused):
    template = _("Row %(row)s: «%(text)s» is more than one thousand million kroner. Check the number of zeros.")


class RowsWrong(TrialBalanceRefused):
    """Several rows cannot be read: all are told at once, the first of many."""

    MOST = 10

    def __init__(self, *, mistakes: Sequence[TrialBalanceRefused]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(count=len(mistakes))

    @property
    def messages(self) -> list[str]:
        told = [mistake.message for mistake in self.mistakes[: self.MOST]]
        rest = len(self.mistakes) - len(told)
        more = ngettext("%(count)s more row is wrong.", "%(count)s more rows are wrong.", rest) % {"count": rest}
        return [*told, more] if rest else told

    @property
    def message(self) -> str:
        return " ".join(self.messages)


class AccountTwice(TrialBalanceRefused):
    template = _("Account %(account)s stands on both row %(first)s and row %(row)s. Export one row for each account.")


class DoesNotSumToZero(TrialBalanceRefused):
    """Costs, incomes, assets and debts together must be zero."""

    template = _(
        "The trial balance does not sum to zero: all accounts together make %(difference)s. Export it with every"
        " account, those of the balance sheet (1000–2999) too, up to the last day of the year, and upload it again."
    )

    def __init__(self, *, difference: Decimal) -> None:
        super().__init__(difference=show.money(difference))
        self.difference = difference


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (from 0) holds what: one amount, or debit and credit."""

    account: int
    name: int | None = None
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None

    @property
    def is_enough(self) -> bool:
        return self.amount is not None or (self.debit is not None and self.credit is not None)


@dataclass(frozen=True, slots=True)
class Account:
    """A row of the file: kroner, a cost above zero and an income below."""

    row: int
    number: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row without an account number, as it is written."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class TrialBalanceRead:
    """The accounts of a file, in its order: those that matter, those of the balance sheet, those of zero, the rest."""

    accounts: tuple[Account, ...]
    balance_sheet: tuple[Account, ...]
    zero: tuple[Account, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def result(self) -> Decimal:
        """Costs less incomes: what the balance sheet carries with the opposite sign."""
        return sum((account.amount for account in self.accounts), ZERO)


NumberedRow = tuple[int, list[str]]


def read_file(name: str, content: bytes) -> list[NumberedRow]:
    """The rows of the file with their numbers. Raises what `read_table` does, `FileEmpty` and `FileTooLarge`."""
    refuse_size(name, len(content))
    return read_numbered_table(name, content)


def refuse_size(name: str, size: int) -> None:
    """Raise for a file that is empty or too large, before anybody reads it."""
    if size == 0:
        raise FileEmpty(name=name)
    if size > LARGEST_FILE:
        raise FileTooLarge(name=name)


_ACCOUNT = (
    "kontonummer",
    "kontonr",
    "konto nr",
    "konto nummer",
    "kontokode",
    "account number",
    "account no",
    "account",
)
_NAME = (
    "kontonavn",
    "kontonamn",
    "konto navn",
    "kontobetegnelse",
    "kontotekst",
    "betegnelse",
    "beskrivelse",
    "navn",
    "namn",
    "tekst",
    "account name",
    "name",
    "description",
)
_AMOUNT = (
    "utgående balanse",
    "utgående saldo",
    "utg balanse",
    "utg saldo",
    "ub",
    "saldo",
    "beløp",
    "closing balance",
    "balance",
    "amount",
)
_DEBIT = ("debet", "debit", "sum debet")
_CREDIT = ("kredit", "credit", "sum kredit")
#: A heading stands near the top, below the name of the company and the period.
_HEADING_WITHIN = 30


def recognised(rows: Sequence[NumberedRow], year: int) -> Columns | None:
    """The columns by their headings, or None where they do not say it plainly.

    «Saldo 2026» beside «Saldo 2025» is the one of the year asked for.
    """
    for _number, row in rows[:_HEADING_WITHIN]:
        found = _from_heading(row, year)
        if found is not None and found.is_enough:
            return found
    return None


def columns_of(rows: Sequence[NumberedRow]) -> list[tuple[int, str]]:
    """The columns to choose from: their place, and their letter with what they hold first."""
    width = max((len(row) for _number, row in rows), default=0)
    found = []
    for index in range(width):
        held = [row[index] for _number, row in rows if index < len(row) and row[index]]
        if held:
            found.append((index, f"{letter(index)}: {', '.join(text[:24] for text in held[:3])}"))
    return found


def letter(index: int) -> str:
    """What a spreadsheet calls the column: A, B, … Z, AA."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def trial_balance(rows: Sequence[NumberedRow], columns: Columns) -> TrialBalanceRead:
    """The accounts of the rows. Raises a `TrialBalanceRefused` that says what is wrong and in which row."""
    accounts: list[Account] = []
    left_out: list[LeftOut] = []
    seen: dict[str, int] = {}
    written: list[tuple[Account, Decimal, Decimal]] = []
    mistakes: list[TrialBalanceRefused] = []
    for number, row in rows:
        try:
            found = _account_in(_cell(row, columns.account), number, is_first=not seen)
            if found is None:
                left_out.append(LeftOut(number, " ".join(cell for cell in row if cell)[:LONGEST_NAME]))
                continue
            account, own_name = found
            if account in seen:
                raise AccountTwice(account=account, first=seen[account], row=number)
            seen[account] = number
            debit, credit = _sides(row, columns, number)
        except TrialBalanceRefused as mistake:
            mistakes.append(mistake)
            continue
        name = "".join(s for s in _cell(row, columns.name) or own_name if s.isprintable())[:LONGEST_NAME]
        written.append((Account(number, account, name, ZERO), debit, credit))
    if mistakes:
        raise mistakes[0] if len(mistakes) == 1 else RowsWrong(mistakes=mistakes)
    if not written:
        raise NoAccounts(column=letter(columns.account))
    sign = _sign_of_credit(written)
    for account_, debit, credit in written:
        amount = debit + sign * credit
        if abs(amount) > LARGEST:
            raise TooLargeInRow(row=account_.row, text=show.amount(amount))
        accounts.append(Account(account_.row, account_.number, account_.name or account_.number, amount or ZERO))
    difference = sum((account.amount for account in accounts), ZERO)
    if difference:
        raise DoesNotSumToZero(difference=difference)
    return _sorted(accounts, left_out)


def _sorted(accounts: Sequence[Account], left_out: Sequence[LeftOut]) -> TrialBalanceRead:
    results = [account for account in accounts if not is_balance_sheet(account.number)]
    kept = tuple(account for account in results if account.amount)
    if len(kept) > MOST_ACCOUNTS:
        raise TooManyAccounts(count=len(kept), most=MOST_ACCOUNTS)
    return TrialBalanceRead(
        accounts=kept,
        balance_sheet=tuple(account for account in accounts if is_balance_sheet(account.number)),
        zero=tuple(account for account in results if not account.amount),
        left_out=tuple(left_out),
    )


def is_balance_sheet(account: str) -> bool:
    """Classes 1 and 2 of NS 4102 are assets, debts and equity."""
    return account[:1] in ("1", "2")


def _from_heading(row: list[str], year: int) -> Columns | None:
    words = [_word(cell) for cell in row]
    numbered = _one(words, row, _ACCOUNT, year)
    plain = _one(words, row, ("konto",), year)
    account = plain if numbered is None else numbered
    if account is None:
        return None
    name = _one(words, row, _NAME, year)
    if name is None and numbered is not None:
        # «Kontonr» beside «Konto»: the second is the name.
        name = plain
    return Columns(
        account=account,
        name=name,
        amount=_one(words, row, _AMOUNT, year),
        debit=_one(words, row, _DEBIT, year),
        credit=_one(words, row, _CREDIT, year),
    )


def _word(cell: str) -> str:
    """A heading without its year, dates and stops: «UB 31.12.2026» is «ub»."""
    return " ".join(re.sub(r"[\d./:;()\-–]+", " ", cell.casefold()).split())


def _one(words: Sequence[str], row: Sequence[str], known: Sequence[str], year: int) -> int | None:
    """The column of the first known word that stands there once, or once for the year."""
    for word in known:
        found = [index for index, each in enumerate(words) if each == word]
        if len(found) > 1:
            found = [index for index in found if str(year) in row[index]]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _cell(row: Sequence[str], index: int | None) -> str:
    return row[index] if index is not None and index < len(row) else ""


_NUMBER = re.compile(r"\d{3,8}", re.ASCII)
_NUMBER_AND_NAME = re.compile(r"([0-9]{3,8})[\s.:–-]+([^\W\d_].*)", re.DOTALL)


def _account_in(cell: str, row: int, *, is_first: bool) -> tuple[str, str] | None:
    """(number, name beside it), or None for a title or a sum. Digits that are no number are a mistake below the top."""
    if _NUMBER.fullmatch(cell):
        return cell, ""
    if found := _NUMBER_AND_NAME.fullmatch(cell):
        return found[1], found[2]
    if any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell) and not is_first:
        raise NotAnAccount(row=row, text=cell[:40])
    return None


def _sides(row: Sequence[str], columns: Columns, number: int) -> tuple[Decimal, Decimal]:
    """Debit and credit as written; a single amount counts as debit."""
    if columns.amount is not None:
        return _amount(_cell(row, columns.amount), number), ZERO
    return _amount(_cell(row, columns.debit), number), _amount(_cell(row, columns.credit), number)


def _sign_of_credit(written: Sequence[tuple[Account, Decimal, Decimal]]) -> int:
    """-1: a credit lowers. Some programs write credits with a minus already; then they are added."""
    debits = sum((debit for _account, debit, _credit in written), ZERO)
    credits = [credit for _account, _debit, credit in written]
    has_minus = any(credit < 0 for credit in credits) and all(credit <= 0 for credit in credits)
    return 1 if has_minus and debits + sum(credits, ZERO) == 0 else -1


_IN_PARENTHESES = re.compile(r"\((.+)\)", re.DOTALL)
_MINUS_BEHIND = re.compile(r"(.*\d)\s*[-−–]", re.DOTALL)


def _amount(cell: str, row: int) -> Decimal:
    text = cell.strip()
    if text in ("", "-", "–", "−"):
        return ZERO
    sign = 1
    if found := _IN_PARENTHESES.fullmatch(text) or _MINUS_BEHIND.fullmatch(text):
        sign, text = -1, found[1].strip()
    if text[:1] in "–‐‑":
        text = f"-{text[1:]}"
    try:
        return sign * parse_amount(text) or ZERO
    except AmbiguousAmount as error:
        raise AmbiguousInRow(row=row, text=cell[:40], as_thousands=error.as_thousands) from None
    except TooManyDecimals:
        raise TooManyDecimalsInRow(row=row, text=cell[:40]) from None
    except AmountTooLarge:
        raise TooLargeInRow(row=row, text=cell[:40]) from None
    except AmountError:
        raise NotAnAmountInRow(row=row, text=cell[:40]) from None
