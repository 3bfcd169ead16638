"""The kinds of letter about discounts: what may be put into each, and the program's own text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.texts import Kind, Placeholder, from_template
from billing.discounts import letter_parts as parts
from billing.invoicing.price_statement import tier_name

_ORGANISATION = Placeholder("organisation", gettext_lazy("the organisation's name"))
_SELLER = Placeholder("seller", gettext_lazy("our name"))
_DISCOUNT_PAGE = Placeholder(
    "link", gettext_lazy("the address of the organisation's discount in the portal"), necessary=True
)
_REASON = Placeholder("reason", gettext_lazy("the reason"), necessary=True)


def _names() -> dict[str, str]:
    return {"organisation": "Bygdekor Vest", "seller": "Kompetansebasen"}


def _page(name: str) -> str:
    return settings.SITE_URL + reverse(name, args=[1042])


def _decision_example() -> Mapping[str, str]:
    what = _("%(tier)s, %(percent)s percent") % {"tier": tier_name("T2"), "percent": "50"}
    return {
        **_names(),
        "title": _("Your provisional discount: %(what)s") % {"what": what},
        "answer": "",
        "decision": parts.decision("T2", Decimal("50.00"), date(2026, 11, 3), date(2027, 6, 30)),
        "reason": _("The budget shows an income between 500 000 and 1 000 000 kroner."),
        "conditions": parts.conditions(is_provisional=True, is_hardship=False, judge="", has_exceeded=False),
        "complaint": parts.complaint(date(2026, 11, 24), is_answer=False),
        "link": _page("portal_discount"),
    }


def _documents_example() -> Mapping[str, str]:
    return {**_names(), "year": "2025", "asked": _("Send us the minutes of the annual meeting.")}


def _renewal_example() -> Mapping[str, str]:
    link = _page("portal_income_new")
    return {
        **_names(),
        "last": parts.day_words(date(2027, 6, 30)),
        "percent": "50",
        "year": "2026",
        "request": parts.request(2026, link, judge=""),
        "link": link,
    }


def _refused_example() -> Mapping[str, str]:
    return {
        **_names(),
        "reason": _("You have money put aside that covers the year."),
        "link": _page("portal_discount"),
    }


def _complaint_example() -> Mapping[str, str]:
    return {
        **_names(),
        "received": parts.day_words(date(2026, 11, 12)),
        "decided": parts.day_words(date(2026, 11, 3)),
        "link": _page("portal_discount"),
    }


DECISION = Kind(
    key="tier-decision",
    label=gettext_lazy("Tier decision"),
    about=gettext_lazy(
        "Goes to the organisation when its discount tier is decided, also as the answer to a complaint."
    ),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("title", gettext_lazy("the decision in a few words")),
        Placeholder("answer", gettext_lazy("that it answers a complaint; otherwise nothing"), necessary=True),
        Placeholder("decision", gettext_lazy("the discount, and from when until when"), necessary=True),
        _REASON,
        Placeholder(
            "conditions",
            gettext_lazy("what applies to provisional and special discounts; often nothing"),
            necessary=True,
        ),
        Placeholder("complaint", gettext_lazy("how to complain, and by when"), necessary=True),
        _DISCOUNT_PAGE,
    ),
    default=from_template("mail/tier_decision.txt", lambda: "{title}"),
    example=_decision_example,
)
DOCUMENTS = Kind(
    key="tier-documents",
    label=gettext_lazy("Documents asked for"),
    about=gettext_lazy("Goes out when we need more before the discount can be decided."),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("year", gettext_lazy("the year of the income")),
        Placeholder("asked", gettext_lazy("what we ask for"), necessary=True),
    ),
    default=from_template(
        "mail/tier_documents.txt", lambda: _("We need more about your income in %(year)s") % {"year": "{year}"}
    ),
    example=_documents_example,
)
RENEWAL = Kind(
    key="tier-renewal",
    label=gettext_lazy("Discount that ends"),
    about=gettext_lazy("Goes out 60 and 14 days before a discount ends, and asks for new accounts."),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("last", gettext_lazy("the last day of the discount"), necessary=True),
        Placeholder("percent", gettext_lazy("the discount in percent")),
        Placeholder("year", gettext_lazy("the year of the accounts")),
        Placeholder("request", gettext_lazy("whose accounts we ask for, and where to send them"), necessary=True),
        Placeholder("link", gettext_lazy("the address where income is declared")),
    ),
    default=from_template("mail/tier_renewal.txt", lambda: _("Your discount ends %(day)s") % {"day": "{last}"}),
    example=_renewal_example,
)
HARDSHIP_REFUSED = Kind(
    key="tier-hardship-refused",
    label=gettext_lazy("Hardship refused"),
    about=gettext_lazy("Goes out when a larger discount for hardship is refused."),
    placeholders=(_ORGANISATION, _SELLER, _REASON, _DISCOUNT_PAGE),
    default=from_template("mail/tier_hardship_refused.txt", lambda: _("Your discount stays as it is")),
    example=_refused_example,
)
COMPLAINT = Kind(
    key="tier-complaint",
    label=gettext_lazy("Complaint received"),
    about=gettext_lazy("Goes out when a complaint about a decision is registered."),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("received", gettext_lazy("the day the complaint came")),
        Placeholder("decided", gettext_lazy("the day of the decision")),
        _DISCOUNT_PAGE,
    ),
    default=from_template("mail/tier_appeal_received.txt", lambda: _("We have got your complaint about the discount")),
    example=_complaint_example,
)
ALL = (DECISION, DOCUMENTS, RENEWAL, HARDSHIP_REFUSED, COMPLAINT)
