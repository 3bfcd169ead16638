"""The seller's particulars as dated rows: what every document copies on the day it is issued."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.no import orgnr

from advisory.kernel import audit, bank_account, png, show
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.guards import Frozen
from advisory.kernel.users import User

#: WCAG 2.2, success criterion 1.4.3: text against its ground.
LEAST_CONTRAST = Decimal("4.5")
LARGEST_MARK = 200_000
WIDEST_MARK = 2_000
LONGEST_CREDIT = 60


class SellerUnknown(DomainError):
    """No particulars are valid on `day`."""

    template = _("No seller's particulars are valid on %(day)s. Add them under Seller before you go on.")


class SellerQuerySet(models.QuerySet["SellerParticulars"]):
    def on(self, day: date) -> SellerParticulars:
        """The particulars valid on `day`; raises `SellerUnknown`."""
        found = self.filter(valid_from__lte=day).order_by("-valid_from").first()
        if found is None:
            raise SellerUnknown(day=day)
        return found


class SellerParticulars(models.Model):
    """Valid from `valid_from` until the next row; never edited (a mistake is corrected by a new row)."""

    valid_from = models.DateField(_("valid from"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("street address"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=4)
    city = models.CharField(_("city"), max_length=60)
    organisation_number = models.CharField(_("organisation number"), max_length=9)
    vat_registered = models.BooleanField(_("registered for VAT"), default=False)
    account = models.CharField(_("account number"), max_length=11)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    web = models.CharField(_("web site"), max_length=120, blank=True)
    accent = models.CharField(_("colour of the documents"), max_length=6, default="0F4C5C")
    mark = models.BinaryField(_("mark"), null=True, blank=True, editable=True)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=14)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SellerQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [Frozen(name="seller_frozen")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m-%d}"


class WrongOrganisationNumber(DomainError):
    """The number's check digit is wrong."""

    template = _("The organisation number is not right. Check the nine digits.")


class WrongAccount(DomainError):
    """The account's check digit is wrong."""

    template = _("The account number is not right. Check the eleven digits.")


class WrongPostalCode(DomainError):
    """Not four digits."""

    template = _("Write the postal code with four digits.")


class WrongPaymentDays(DomainError):
    """Customers get from 1 to 60 days."""

    template = _("Write from 1 to 60 days to pay.")


class AccentTooPale(DomainError):
    """Text in the colour could not be read on white paper."""

    template = _(
        "The colour is too pale on white: the contrast is %(contrast)s and must be at least 4.5. Choose a darker one."
    )


class NotAColour(DomainError):
    """Not six hexadecimal digits."""

    template = _("Write the colour with six signs, for example 0F4C5C.")


class MarkRefused(DomainError):
    """The picture is no PNG, too large, or broken."""

    template = _("The mark must be a PNG picture of at most 200 kB and 2000 by 2000 points.")


class SellerDayTaken(DomainError):
    """A row starts that day already."""

    template = _("There are already particulars from %(day)s. Choose another day.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class SellerReachesBack(DomainError):
    """What documents were issued with is not written anew."""

    template = _("New particulars apply from today or later.")


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """What stands on documents. `mark` is a PNG or None."""

    name: str
    address: str
    postal_code: str
    city: str
    organisation_number: str
    account: str
    email: str
    vat_registered: bool = False
    phone: str = ""
    web: str = ""
    accent: str = "0F4C5C"
    mark: bytes | None = None
    payment_days: int = 14


@transaction.atomic
def set_seller(*, facts: SellerFacts, valid_from: date, by: User, now: datetime) -> SellerParticulars:
    """Give the particulars that documents issued on `valid_from` and later print; issued ones keep theirs.

    Where particulars are in force already, the day is today or later. Raises `OnlyAdministrators`,
    `WrongOrganisationNumber` and `WrongAccount` (MOD11), `WrongPostalCode`, `WrongPaymentDays`, `NotAColour`,
    `AccentTooPale` (below 4.5:1 on white), `MarkRefused`, `SellerDayTaken` and `SellerReachesBack`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    number, account = check_seller(facts)
    if SellerParticulars.objects.filter(valid_from=valid_from).exists():
        raise SellerDayTaken(day=valid_from)
    today = timezone.localdate(now)
    if valid_from < today and SellerParticulars.objects.filter(valid_from__lte=today).exists():
        raise SellerReachesBack()
    row = SellerParticulars.objects.create(
        valid_from=valid_from,
        name=facts.name,
        address=facts.address,
        postal_code=facts.postal_code,
        city=facts.city,
        organisation_number=number,
        vat_registered=facts.vat_registered,
        account=account,
        email=facts.email,
        phone=facts.phone,
        web=facts.web,
        accent=facts.accent.upper(),
        mark=facts.mark,
        payment_days=facts.payment_days,
        created_at=now,
        created_by=by,
    )
    audit.record(
        "seller.set",
        row,
        by=by,
        now=now,
        after={
            "valid_from": valid_from,
            "name": facts.name,
            "organisation_number": number,
            "account": account,
            "vat_registered": facts.vat_registered,
            "payment_days": facts.payment_days,
        },
    )
    return row


def check_seller(facts: SellerFacts) -> tuple[str, str]:
    """The organisation number and the account as bare digits; raises for what cannot stand on a document."""
    number, account = clean_organisation_number(facts.organisation_number), clean_account(facts.account)
    check_postal_code(facts.postal_code)
    if not 1 <= facts.payment_days <= LONGEST_CREDIT:
        raise WrongPaymentDays()
    check_accent(facts.accent)
    if facts.mark is not None:
        check_mark(facts.mark)
    return number, account


def clean_organisation_number(text: str) -> str:
    """Nine digits with a right check digit; raises `WrongOrganisationNumber`."""
    number = re.sub(r"[\s.\u00a0\u202f]", "", text)
    if not orgnr.is_valid(number):
        raise WrongOrganisationNumber()
    return number


def clean_account(text: str) -> str:
    """Eleven digits with a right check digit; raises `WrongAccount`."""
    try:
        return bank_account.clean(text)
    except bank_account.InvalidBankAccount:
        raise WrongAccount() from None


def check_postal_code(text: str) -> None:
    """Four digits, or `WrongPostalCode`."""
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise WrongPostalCode()


def check_accent(accent: str) -> None:
    """Six hexadecimal digits, dark enough to be read on white, or `NotAColour` and `AccentTooPale`."""
    contrast = contrast_on_white(accent)
    if contrast < LEAST_CONTRAST:
        raise AccentTooPale(contrast=show.number(contrast, decimals=1))


def check_mark(mark: bytes) -> None:
    """A PNG that is small enough, or `MarkRefused`."""
    if len(mark) > LARGEST_MARK:
        raise MarkRefused()
    try:
        width, height = png.size_of(mark)
    except png.NotPng:
        raise MarkRefused() from None
    if max(width, height) > WIDEST_MARK:
        raise MarkRefused()


def contrast_on_white(accent: str) -> Decimal:
    """The contrast ratio of a colour (six hexadecimal digits) against white, 1 to 21 (WCAG 2.2, contrast ratio)."""
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", accent):
        raise NotAColour()
    red, green, blue = (_linear(int(accent[at : at + 2], 16)) for at in (0, 2, 4))
    luminance = Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue
    return (Decimal("1.05") / (luminance + Decimal("0.05"))).quantize(Decimal("0.01"))


def _linear(channel: int) -> Decimal:
    share = Decimal(channel) / 255
    if share <= Decimal("0.04045"):
        return share / Decimal("12.92")
    return ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")
