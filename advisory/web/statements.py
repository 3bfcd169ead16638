"""`/privacy/` and `/accessibility/`: what everyone may know about how the program treats people, and whom to tell.

Both say what is so: cookies and sessions are read from the settings, periods from the list that the nightly run
works from, the responsible from the seller's particulars.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from advisory.kernel import retention
from advisory.kernel.access import public
from advisory.kernel.seller import SellerParticulars


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept about a group of people, what for, and by which right in the words of GDPR article 6."""

    about: StrOrPromise
    what: StrOrPromise
    why: StrOrPromise
    right: StrOrPromise


_INTEREST = gettext_lazy("Our legitimate interest, GDPR article 6 no. 1 (f)")
_LAW = gettext_lazy("The law demands it (bokføringsloven), GDPR article 6 no. 1 (c)")

#: In the order in which most readers find themselves.
KEPT: tuple[Kept, ...] = (
    Kept(
        gettext_lazy("People who sign in for an organisation"),
        gettext_lazy(
            "Name, e-mail address, role, language, when you sign in, and a password or passkey in a form that nobody "
            "can read."
        ),
        gettext_lazy("So that the right people, and nobody else, see the organisation's affairs."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("Contacts of organisations"),
        gettext_lazy("Name, role, e-mail address and telephone number."),
        gettext_lazy("So that we can reach the organisation about the help it has asked for."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("People in what we write about the work"),
        gettext_lazy("Notes, hours with a line about what was done, goals and results. We avoid names in them."),
        gettext_lazy("So that the advice hangs together, and the organisation can see what it pays for."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("People in documents about income"),
        gettext_lazy("Who sent them, and the names and signatures that stand in accounts and minutes."),
        gettext_lazy("So that a discount is decided on the right grounds, and can be tried again."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("People on invoices"),
        gettext_lazy("The name that the organisation wants as its reference, and who did the work."),
        gettext_lazy("Invoices and what they rest on are part of our books."),
        _LAW,
    ),
    Kept(
        gettext_lazy("Those who get e-mail from us"),
        gettext_lazy("A copy of the e-mail with the address it went to. Codes and links that let you in are not kept."),
        gettext_lazy("So that we can see what was sent, and send it again where it did not arrive."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("Everyone who changes something"),
        gettext_lazy("Who did what and when, in a log that nobody can change."),
        gettext_lazy("So that mistakes and misuse can be found, and money can be accounted for."),
        _INTEREST,
    ),
    Kept(
        gettext_lazy("Those who work here"),
        gettext_lazy("Name, e-mail address, role and recorded hours."),
        gettext_lazy("So that the work can be planned and its price worked out."),
        _INTEREST,
    ),
)


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie by its name, what it is for, and how long the browser keeps it."""

    name: str
    purpose: str
    how_long: str


def _days(age: timedelta) -> str:
    return ngettext("%(n)s day", "%(n)s days", age.days) % {"n": age.days}


def _cookies() -> list[Cookie]:
    """Every cookie that the program sets."""
    until_closed = _("until you close the browser")
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("That you are signed in."),
            _("at most %(days)s without use") % {"days": _days(timedelta(seconds=settings.SESSION_COOKIE_AGE))},
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("That forms are sent by you, and not by another site in your name."),
            _days(timedelta(seconds=settings.CSRF_COOKIE_AGE)),
        ),
        Cookie(settings.LANGUAGE_COOKIE_NAME, _("The language you chose."), until_closed),
        Cookie(CookieStorage.cookie_name, _("A receipt («Saved.») on its way to the next page."), until_closed),
    ]


def _context() -> dict[str, object]:
    seller = SellerParticulars.objects.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from").first()
    return {"seller": seller}


@public("GET")
def privacy(request: HttpRequest) -> HttpResponse:
    """Who is responsible, what is kept, why and how long, who gets it, what one can ask for, and the cookies."""
    context = {
        **_context(),
        "kept": KEPT,
        "periods": retention.kinds(),
        "cookies": _cookies(),
        "provider": settings.OIDC["name"] if settings.OIDC["issuer"] else "",
    }
    return render(request, "privacy.html", context)


@public("GET")
def accessibility(request: HttpRequest) -> HttpResponse:
    """Which standard the pages are made for, what does not meet it, how it was tried, and whom to tell."""
    return render(request, "accessibility.html", _context())
