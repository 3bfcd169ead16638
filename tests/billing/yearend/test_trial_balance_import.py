"""A trial balance becomes lines of the accounts: mapped as remembered, replaced by the next, never half stored."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.spreadsheet import NotATable
from advisory.kernel.users import User
from billing.yearend.account_lines import LineWritten, add_line
from billing.yearend.accounts import AccountsSubmitted, open_accounts, submit_accounts
from billing.yearend.actual import rows_of, sums_of
from billing.yearend.mapping import UnknownDestination, remember, remembered
from billing.yearend.models import AccountingYear, ActualLine, Destination, TrialBalance, YearClosing
from billing.yearend.trial_balance import Columns, DoesNotSumToZero
from billing.yearend.trial_balance_import import (
    FileGone,
    FileTaken,
    discard_trial_balance,
    preview,
    take_in,
    upload_trial_balance,
)
from tests import builders
from tests.billing.yearend.arrange import line
from tests.builders import NOW

pytestmark = pytest.mark.django_db

COLUMNS = Columns(0, 1, amount=2)


def content(*lines: str) -> bytes:
    return "\n".join(("Konto;Navn;Saldo", *lines)).encode()


FIRST = content("1920;Bank;500,00", "3000;Salg;-1 500,00", "5000;Lønn;900,00", "6300;Husleie;100,00")
SECOND = content("1920;Bank;400,00", "3000;Salg;-1 500,00", "5000;Lønn;950,00", "7000;Reise;150,00")


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


def upload(by: User, file: bytes = FIRST, name: str = "saldobalanse.csv") -> TrialBalance:
    return upload_trial_balance(year=2026, name=name, content=file, by=by, now=NOW)


def stored() -> dict[str, tuple[Decimal, str]]:
    return {line.account or line.label: (line.amount.amount, line.destination) for line in ActualLine.objects.all()}


def test_a_file_is_kept_as_it_came_with_its_hash(administrator: User) -> None:
    file = upload(administrator, name="C:\\regnskap\\saldo\u202e.csv")
    assert (file.name, bytes(file.content), file.size) == ("saldo.csv", FIRST, len(FIRST))
    assert file.sha256 == hashlib.sha256(FIRST).hexdigest()
    assert AccountingYear.objects.get().year == 2026


def test_the_same_file_again_is_the_same_row(administrator: User) -> None:
    assert upload(administrator) == upload(administrator)
    assert TrialBalance.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        (content("3000;Salg;-1,00", "5000;Lønn;0,99"), DoesNotSumToZero),
        (content("3000;Salg;NaN"), DomainError),
        (content("3000;Salg;1e400"), DomainError),
        (b"%PDF-1.7 \0", NotATable),
        (b"", DomainError),
    ],
)
def test_nothing_of_a_refused_file_is_kept(file: bytes, mistake: type[DomainError], administrator: User) -> None:
    with pytest.raises(mistake):
        upload(administrator, file)
    assert not TrialBalance.objects.exists()
    assert not AccountingYear.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_preview_has_the_remembered_destinations_and_what_lacks_one_first(administrator: User) -> None:
    remember({"5000": ("Lønn", "shared_hours")}, by=administrator, now=NOW)
    seen = preview(upload(administrator), COLUMNS)
    assert [(each.account, each.destination) for each in seen.changes] == [
        ("3000", ""),
        ("6300", ""),
        ("5000", "shared_hours"),
    ]
    assert (seen.unmapped, seen.new, seen.changed, seen.gone, seen.is_first) == (2, 3, 0, (), True)
    assert not ActualLine.objects.exists()


def test_accounts_become_lines_and_their_destinations_are_remembered(administrator: User) -> None:
    file = upload(administrator)
    taken = take_in(
        file=file,
        columns=COLUMNS,
        destinations={"3000": Destination.CUSTOMERS, "5000": Destination.SHARED_HOURS, "6300": ""},
        by=administrator,
        now=NOW,
    )
    assert (taken.accounts, taken.new, taken.unmapped) == (3, 3, 1)
    assert stored() == {
        "3000": (Decimal("-1500.00"), "customers"),
        "5000": (Decimal("900.00"), "shared_hours"),
        "6300": (Decimal("100.00"), ""),
    }
    assert remembered(["3000", "5000", "6300"]) == {"3000": "customers", "5000": "shared_hours"}
    file.refresh_from_db()
    assert file.taken_at == NOW


def test_a_new_import_takes_the_place_of_the_imported_lines_and_says_what_changed(administrator: User) -> None:
    first = upload(administrator)
    take_in(file=first, columns=COLUMNS, destinations={"5000": "advice"}, by=administrator, now=NOW)
    kept = ActualLine.objects.get(account="5000").pk
    line(first.accounting_year, "Gave", "77.00", Destination.OUTSIDE)
    second = upload(administrator, SECOND)
    seen = preview(second, COLUMNS)
    assert [(each.account, each.before, each.now) for each in seen.gone] == [("6300", Decimal("100.00"), None)]
    assert [(each.account, each.difference) for each in seen.changes if not each.is_same and not each.is_new] == [
        ("5000", Decimal("50.00"))
    ]
    taken = take_in(file=second, columns=COLUMNS, by=administrator, now=NOW)
    assert (taken.new, taken.changed, taken.gone) == (1, 1, 1)
    assert stored() == {
        "3000": (Decimal("-1500.00"), ""),
        "5000": (Decimal("950.00"), "advice"),
        "7000": (Decimal("150.00"), ""),
        "Gave": (Decimal("77.00"), "outside"),
    }
    assert ActualLine.objects.get(account="5000").pk == kept
    event = AuditEvent.objects.of(second.accounting_year).first()
    assert event is not None
    assert event.before == {"5000": "900.00", "6300": "100.00", "7000": None}
    assert event.after["accounts"] == {"5000": "950.00", "6300": None, "7000": "150.00"}


def test_taking_the_same_file_in_twice_changes_nothing(administrator: User) -> None:
    file = upload(administrator)
    take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)
    before = list(ActualLine.objects.values_list("pk", "account", "amount"))
    again = take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)
    assert (again.new, again.changed, again.gone) == (0, 0, 0)
    assert list(ActualLine.objects.values_list("pk", "account", "amount")) == before


def test_columns_a_person_chose_are_checked_as_strictly(administrator: User) -> None:
    file = upload(administrator, b"A;B;C\n5000;1,00;2,00\n3000;-1,00;-1,00\n")
    take_in(file=file, columns=Columns(0, amount=1), by=administrator, now=NOW)
    assert stored() == {"5000": (Decimal("1.00"), ""), "3000": (Decimal("-1.00"), "")}
    with pytest.raises(DoesNotSumToZero):
        take_in(file=file, columns=Columns(0, amount=2), by=administrator, now=NOW)
    assert stored() == {"5000": (Decimal("1.00"), ""), "3000": (Decimal("-1.00"), "")}


def test_an_unknown_destination_imports_nothing(administrator: User) -> None:
    file = upload(administrator)
    with pytest.raises(UnknownDestination):
        take_in(file=file, columns=COLUMNS, destinations={"5000": "moon"}, by=administrator, now=NOW)
    assert not ActualLine.objects.exists()


def test_a_file_that_was_not_taken_in_can_be_deleted(administrator: User) -> None:
    file = upload(administrator)
    discard_trial_balance(file=file, by=administrator, now=NOW)
    discard_trial_balance(file=file, by=administrator, now=NOW)
    assert not TrialBalance.objects.exists()
    with pytest.raises(FileGone):
        take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)


def test_a_file_that_lines_are_from_is_kept(administrator: User) -> None:
    file = upload(administrator)
    take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)
    with pytest.raises(FileTaken):
        discard_trial_balance(file=file, by=administrator, now=NOW)


def test_accounts_in_review_take_no_file(administrator: User) -> None:
    file = upload(administrator)
    chosen = {"3000": "customers", "5000": "advice", "6300": "advice"}
    take_in(file=file, columns=COLUMNS, destinations=chosen, by=administrator, now=NOW)
    submit_accounts(accounting_year=file.accounting_year, by=administrator, now=NOW)
    with pytest.raises(AccountsSubmitted):
        upload(administrator, SECOND)
    with pytest.raises(AccountsSubmitted):
        take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)


def test_a_closed_year_keeps_its_files() -> None:
    file = upload(builders.administrator())
    YearClosing.objects.create(
        accounting_year=file.accounting_year, figures={}, closed_at=NOW, closed_by=builders.administrator()
    )
    with pytest.raises(IntegrityError, match="kept as it is"), transaction.atomic():
        TrialBalance.objects.filter(pk=file.pk).delete()


steps = st.lists(
    st.one_of(
        st.dictionaries(st.sampled_from(["3000", "5000", "5400", "6300", "7000"]), st.integers(-(10**9), 10**9)),
        st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(Destination.values)),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_after_any_course_the_lines_are_the_last_file_and_all_that_was_written_by_hand(
    steps: list[dict[str, int] | tuple[int, str]], administrator: User
) -> None:
    ActualLine.objects.all().delete()
    TrialBalance.objects.all().delete()
    year = open_accounts(year=2026, by=administrator, now=NOW)
    imported: dict[str, int] = {}
    by_hand: list[int] = []
    for step in steps:
        if isinstance(step, tuple):
            written = LineWritten("For hånd", Decimal(step[0]).scaleb(-2), step[1])
            add_line(accounting_year=year, written=written, by=administrator, now=NOW)
            by_hand.append(step[0])
            continue
        rows = [f"{account};Konto;{Decimal(ore).scaleb(-2)}" for account, ore in step.items()]
        file = upload(administrator, content(*rows, f"1920;Bank;{Decimal(-sum(step.values())).scaleb(-2)}"))
        take_in(file=file, columns=COLUMNS, by=administrator, now=NOW)
        imported = {account: ore for account, ore in step.items() if ore}
    lines = list(ActualLine.objects.all())
    assert {line.account: int(line.amount.amount * 100) for line in lines if line.imported} == imported
    assert [int(line.amount.amount * 100) for line in lines if not line.imported] == by_hand
    sums = sums_of(rows_of(year))
    assert sum(each.amount for each in sums.values()) == Decimal(sum(imported.values()) + sum(by_hand)).scaleb(-2)


def test_advisors_import_nothing() -> None:
    with pytest.raises(OnlyAdministrators):
        upload(builders.advisor())
