"""The verb of this room: an organisation, or staff on its behalf, declares the income of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from advisory.kernel.users import User
from clients.income.evidence import Upload, checked
from clients.income.models import DeclarationBasis, EvidenceFile, IncomeDeclaration
from clients.organisations.models import Organisation

FIRST_YEAR = 2000


class YearNotClosed(DomainError):
    """Accounts of a year are approved after its end (domain rules 2 b)."""

    template = _("The accounts of %(year)s are not closed yet. Declare the income of an earlier year.")


class NotTheBudgetYear(DomainError):
    """A budget speaks of the year it is sent in, or the next (domain rules 2 f)."""

    template = _("A budget is for this year or the next. Choose one of them.")


class HasAccounts(DomainError):
    """Who has declared accounts is no new organisation (domain rules 2 f)."""

    template = _("You have declared accounts before. Declare the accounts of the last closed year instead of a budget.")


class ArrivedLater(DomainError):
    """The declaration cannot have come on a day that has not been."""

    template = _("The declaration cannot have arrived after today.")


class ImpossibleIncome(DomainError):
    """Below zero or above what the database holds."""

    template = _("Write the total income as zero or more, and less than one thousand million kroner.")


class PassedOnTooMuch(DomainError):
    """Below zero, or more than what came in (domain rules 2 b)."""

    template = _("Money that was only passed on is a part of the total income: write no more than that.")


class NumberMissing(DomainError):
    """Who files with Regnskapsregisteret has an organisation number (domain rules 2 c)."""

    template = _("Accounts are found in Regnskapsregisteret by the organisation number, and we do not have it.")


@transaction.atomic
def declare(
    *,
    organisation: Organisation,
    year: int,
    total_income: Decimal,
    passed_on: Decimal = Decimal(0),
    basis: str = DeclarationBasis.ACCOUNTS,
    filed_with_register: bool = False,
    comment: str = "",
    files: Sequence[Upload] = (),
    by: User,
    arrived_on: date,
    now: datetime,
) -> IncomeDeclaration:
    """The declaration of `year`'s total income in kroner, with its evidence; the newest of a year counts.

    `passed_on` kroner of it only went through to branches, shown in a note, and do not count. A new organisation
    declares a budget (`basis`) of this year or the next. `arrived_on` is the day the complete declaration came,
    from which a discount counts. Source: domain rules 2 (b), (c), (d), (f).
    Raises `YearNotClosed`, `NotTheBudgetYear`, `HasAccounts`, `ArrivedLater`, `ImpossibleIncome`, `PassedOnTooMuch`,
    `NumberMissing`, `EvidenceRefused`.
    """
    if arrived_on > timezone.localdate(now):
        raise ArrivedLater
    _refuse_year(organisation, DeclarationBasis(basis), year, arrived_on)
    if not 0 <= total_income < 10**9:
        raise ImpossibleIncome
    if not 0 <= passed_on <= total_income:
        raise PassedOnTooMuch
    if filed_with_register and not organisation.organisation_number:
        raise NumberMissing
    evidence = checked(files)
    declaration = IncomeDeclaration.objects.create(
        organisation=organisation,
        year=year,
        basis=basis,
        total_income=nok(total_income),
        passed_on=nok(passed_on),
        filed_with_register=filed_with_register,
        comment=comment,
        arrived_on=arrived_on,
        submitted_at=now,
        submitted_by=by,
    )
    stored = [
        EvidenceFile.objects.create(
            declaration=declaration,
            kind=one.kind,
            uploaded_at=now,
            uploaded_by=by,
            **facts_of(one.name, one.media_type, one.content),
        )
        for one in evidence
    ]
    audit.record(
        "income.declare",
        declaration,
        by=by,
        now=now,
        # The amounts themselves stay with the declaration: the log is read by more people.
        after={
            "year": year,
            "basis": str(basis),
            "arrived_on": arrived_on,
            "filed_with_register": filed_with_register,
            "evidence": {file.name: file.sha256 for file in stored},
        },
        organisation=organisation.number,
    )
    return declaration


def _refuse_year(organisation: Organisation, basis: DeclarationBasis, year: int, arrived_on: date) -> None:
    if basis is DeclarationBasis.ACCOUNTS:
        if not FIRST_YEAR <= year < arrived_on.year:
            raise YearNotClosed(year=year)
        return
    if year not in (arrived_on.year, arrived_on.year + 1):
        raise NotTheBudgetYear
    if organisation.declarations.filter(basis=DeclarationBasis.ACCOUNTS).exists():
        raise HasAccounts
