"""The verb of this room: an organisation, or staff on its behalf, declares the income of a closed year."""

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
from clients.identity_number import refuse_identity_numbers
from clients.income.evidence import Upload, checked
from clients.income.models import EvidenceFile, IncomeDeclaration
from clients.organisations.models import Organisation

FIRST_YEAR = 2000


class YearNotClosed(DomainError):
    """Accounts of a year are approved after its end (domain rules 2 b)."""

    template = _("The accounts of %(year)s are not closed yet. Declare the income of an earlier year.")


class ArrivedLater(DomainError):
    """The declaration cannot have come on a day that has not been."""

    template = _("The declaration cannot have arrived after today.")


class ImpossibleIncome(DomainError):
    """Below zero or above what the database holds."""

    template = _("Write the total income as zero or more, and less than one thousand million kroner.")


@transaction.atomic
def declare(
    *,
    organisation: Organisation,
    year: int,
    total_income: Decimal,
    comment: str = "",
    files: Sequence[Upload] = (),
    by: User,
    arrived_on: date,
    now: datetime,
) -> IncomeDeclaration:
    """The declaration of `year`'s total income in kroner, with its evidence; the newest of a year counts.

    `arrived_on` is the day the complete declaration came, from which a discount counts (domain rules 2 d).
    Raises `YearNotClosed`, `ArrivedLater`, `ImpossibleIncome`, `EvidenceRefused`, `IdentityNumberInText`.
    """
    if arrived_on > timezone.localdate(now):
        raise ArrivedLater
    if not FIRST_YEAR <= year < arrived_on.year:
        raise YearNotClosed(year=year)
    if not 0 <= total_income < 10**9:
        raise ImpossibleIncome
    refuse_identity_numbers(comment)
    evidence = checked(files)
    declaration = IncomeDeclaration.objects.create(
        organisation=organisation,
        year=year,
        total_income=nok(total_income),
        comment=comment,
        arrived_on=arrived_on,
        submitted_at=now,
        submitted_by=by,
    )
    stored = [
        EvidenceFile.objects.create(
            declaration=declaration, uploaded_at=now, uploaded_by=by, **facts_of(one.name, one.media_type, one.content)
        )
        for one in evidence
    ]
    audit.record(
        "income.declare",
        declaration,
        by=by,
        now=now,
        # The amount itself stays with the declaration: the log is read by more people.
        after={"year": year, "arrived_on": arrived_on, "evidence": {file.name: file.sha256 for file in stored}},
        organisation=organisation.number,
    )
    return declaration
