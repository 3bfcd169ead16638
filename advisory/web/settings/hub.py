"""The page that leads to all settings, each with a sentence, so that «More» need not hold them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.access import administrators


@dataclass(frozen=True, slots=True)
class Setting:
    """A page of settings and what it is for."""

    url_name: str
    label: StrOrPromise
    about: StrOrPromise


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    key: str
    label: StrOrPromise
    settings: tuple[Setting, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "people",
        _("People and access"),
        (
            Setting("users", _("Users"), _("Who works here, as advisor or administrator, and inviting more.")),
            Setting("me", _("Your own page"), _("Your e-mail address, and how you sign in.")),
            Setting(
                "personal_data",
                _("Requests about personal data"),
                _("Hand out all that is kept about somebody, and erase what can be erased."),
            ),
        ),
    ),
    Group(
        "house",
        _("What we say and print"),
        (
            Setting(
                "seller", _("Seller's particulars"), _("Name, address, account and mark on invoices, from a day on.")
            ),
            Setting("message_texts", _("Texts of messages"), _("What e-mails and letters say, in each language.")),
            Setting("outbox", _("Outbox"), _("E-mails that wait, are sent or failed, and sending them again.")),
        ),
    ),
    Group(
        "work",
        _("Work and hours"),
        (
            Setting("service_types", _("Service types"), _("What we help with, and the VAT of each kind.")),
            Setting("vat", _("VAT"), _("What is taxed and how, and what each term comes to.")),
            Setting("activities", _("Internal activities"), _("What hours are logged on besides engagements.")),
            Setting("closed_months", _("Closed months"), _("Close months so that their hours stay as they are.")),
        ),
    ),
    Group(
        "selfcost",
        _("Bases of self-cost"),
        (
            Setting("on_costs", _("On-costs of salary"), _("Holiday pay, pension and employer's levy, from a day on.")),
            Setting("interest", _("Interest of self-cost"), _("One percentage for each year, for assets and fund.")),
            Setting("tiers", _("Tier table"), _("The income limits and percentages of the discount, from a day on.")),
        ),
    ),
    Group(
        "trust",
        _("Control"),
        (
            Setting("audit_log", _("Audit log"), _("Who changed what, when and why. Nothing there can be changed.")),
            Setting("retention", _("How long things are kept"), _("Each kind with its time, and what is due.")),
            Setting("books", _("Check of the books"), _("What must be equal, counted every night.")),
            Setting("api_page", _("The API"), _("How other programs read and write here, each operation explained.")),
        ),
    ),
)


@administrators("GET")
def settings(request: HttpRequest) -> HttpResponse:
    """All settings, in groups."""
    return render(request, "settings/hub.html", {"groups": GROUPS})
