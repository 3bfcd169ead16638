"""The frame of every page: navigation by role, the name on the mark, languages.

Pages put themselves into the lists below when they land. A url name that does not resolve raises, so that no
link leads nowhere; `tests/web/test_shell.py` reverses them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import User
from clients.access import memberships_of
from clients.memberships import Role

ANYONE = "anyone"
ADMINISTRATOR = "administrator"
#: What administrators find in row one and advisors under «Mer».
ADVISOR = "advisor"
#: Members of an organisation who see what is about money.
MONEY = "money"


@dataclass(frozen=True, slots=True)
class Item:
    """One link. `under` are the paths on which it is the current one, besides its own; `children` are row two.

    A `*` in `under` stands for one part of a path: `/selfcost/*/after/` is every year's after-calculation.
    """

    url_name: str
    label: StrOrPromise
    audience: str = ANYONE
    under: tuple[str, ...] = ()
    children: tuple[Item, ...] = ()


#: Row one for staff, in this order, at most seven for one person.
STAFF_NAV: tuple[Item, ...] = (
    Item("today", _("Today")),
    Item("time", _("Hours")),
    Item("engagements", _("Engagements")),
    Item("organisations", _("Organisations")),
    Item(
        "proposals",
        _("Invoicing"),
        ADMINISTRATOR,
        children=(
            Item("proposals", _("Proposals"), ADMINISTRATOR, under=("/billing/",)),
            Item("invoices", _("Invoices"), ADMINISTRATOR),
        ),
    ),
    Item(
        "selfcost",
        _("Self-cost"),
        ADMINISTRATOR,
        under=("/discounts/",),
        children=(
            Item("selfcost", _("Hourly rate"), ADMINISTRATOR),
            Item(
                "newest_after",
                _("After-calculation"),
                ADMINISTRATOR,
                under=("/selfcost/*/after/", "/selfcost/*/accounts/", "/selfcost/accounts/"),
            ),
            Item("funds", _("Self-cost fund"), ADMINISTRATOR),
            Item("discounts", _("Discounts"), ADMINISTRATOR),
            Item("tiers", _("Tier table"), ADMINISTRATOR),
            Item("pots", _("Discount pots"), ADMINISTRATOR),
            Item("what_if", _("What if"), ADMINISTRATOR),
        ),
    ),
)
#: «Mer ▾»: what is not used every day.
STAFF_MORE: tuple[Item, ...] = (
    Item("tiers", _("Tier table"), ADVISOR),
    Item("pots", _("Discount pots"), ADVISOR),
    Item("funding_reports", _("Funding report"), ADMINISTRATOR),
    Item("outbox", _("Outbox"), ADMINISTRATOR),
    Item("settings", _("Settings"), ADMINISTRATOR),
)
#: «Ny ▾»: pages that make something.
STAFF_NEW: tuple[Item, ...] = (
    Item("time_new", _("Hours")),
    Item("engagement_new", _("Engagement")),
    Item("joint_order_new", _("Joint order")),
    Item("organisation_new", _("Organisation")),
)
#: The url name of the search page, or None while there is none.
SEARCH: str | None = "search"
#: The portal's row; every url takes the organisation's number.
PORTAL_NAV: tuple[Item, ...] = (
    Item("portal_home", _("Front page")),
    Item("portal_engagements", _("Engagements")),
    Item("portal_invoices", _("Invoices"), MONEY),
    Item(
        "portal_organisation",
        _("Our organisation"),
        children=(
            Item("portal_income", _("Income"), MONEY),
            Item("portal_discount", _("Your discount"), MONEY),
            Item("portal_people", _("Who has access"), MONEY),
        ),
    ),
)
#: Links at the foot of every page.
FOOT: tuple[Item, ...] = (
    Item("privacy", _("Privacy")),
    Item("accessibility", _("Accessibility")),
    Item("api_page", _("API")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An item as the template draws it."""

    href: str
    label: StrOrPromise
    is_current: bool
    children: tuple[Link, ...] = ()
    #: How much of the path the link covers, of itself.
    covers: int = 0


def _covered(path: str, prefixes: Sequence[str]) -> int:
    """The length of the longest of the prefixes that the path lies under; 0 where it lies under none."""
    longest = 0
    for prefix in prefixes:
        found = re.match(re.escape(prefix).replace(r"\*", "[^/]+"), path)
        if found and (prefix != "/" or path == "/"):
            longest = max(longest, found.end())
    return longest


@lru_cache(maxsize=1024)
def _href(url_name: str, args: tuple[Any, ...]) -> str:
    """The address of a link; looked up once, since every page has two dozen of them."""
    return reverse(url_name, args=args)


def _links(items: Sequence[Item], path: str, *audiences: str, args: Sequence[Any] = ()) -> Iterator[Link]:
    for item in items:
        if item.audience not in (ANYONE, *audiences):
            continue
        href = _href(item.url_name, tuple(args))
        children = tuple(_links(item.children, path, *audiences, args=args))
        covers = _covered(path, (href, *item.under))
        current = bool(covers) or any(child.is_current for child in children)
        yield Link(href, item.label, current, children, covers)


def _fit(link: Link) -> int:
    """How much of the path the link or one of its children covers."""
    return max(link.covers, *(child.covers for child in link.children), 0)


def _only_the_closest(links: list[Link], path: str) -> list[Link]:
    """Where several fit (`/portal/7/` and `/portal/7/invoices/`), the one with the longest path stays current."""
    fitting = [link for link in links if link.is_current]
    closest = max(fitting, key=_fit, default=None)
    return [Link(x.href, x.label, x is closest, x.children, x.covers) for x in links]


def _seller_name() -> str:
    """The name on the portal's mark: the seller's today, else the one in the sender's address."""
    todays = SellerParticulars.objects.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from")
    name = todays.values_list("name", flat=True).first()
    return settings.DEFAULT_FROM_EMAIL.partition("<")[0].strip() if name is None else name


def _languages() -> list[dict[str, Any]]:
    current = translation.get_language()
    names = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
    return [{"code": code, "name": names[code], "is_current": code == current} for code, _name in settings.LANGUAGES]


def _frame(request: HttpRequest) -> dict[str, Any]:
    path, user = request.path, getattr(request, "user", None)
    if not isinstance(user, User):
        return {"foot": list(_links(FOOT, path))}
    if path.startswith("/portal/") or not user.is_staff_member:
        return _portal_frame(path, user)
    audience = ADMINISTRATOR if user.is_administrator else ADVISOR
    nav = _only_the_closest(list(_links(STAFF_NAV, path, audience)), path)
    more = _only_the_closest(list(_links(STAFF_MORE, path, audience)), path)
    current = next((link for link in (*nav, *more) if link.is_current), None)
    return {
        "nav": nav,
        "more": more,
        "more_is_current": any(link.is_current for link in more),
        "new": list(_links(STAFF_NEW, path, audience)),
        "subnav": _only_the_closest(list(current.children), path) if current else [],
        "foot": list(_links(FOOT, path)),
        "search_url": reverse(SEARCH) if SEARCH else "",
        "role": _("Administrator") if user.is_administrator else _("Advisor"),
    }


def _portal_frame(path: str, user: User) -> dict[str, Any]:
    """The organisation's links; the switch is there only for those who belong to several."""
    memberships = list(memberships_of(user).only("role", "organisation__number", "organisation__name"))
    # Nine digits are more than there are organisations; Python reads no number of five thousand.
    found = re.match(r"/portal/([0-9]{1,9})/", path)
    number = int(found[1]) if found else None
    here = next((m for m in memberships if m.organisation.number == number), None)
    audiences = (MONEY,) if here and here.role != Role.READER else ()
    nav = list(_links(PORTAL_NAV, path, *audiences, args=[number])) if here else []
    homes = [
        Link(reverse("portal_home", args=[m.organisation.number]), m.organisation.name, m == here) for m in memberships
    ]
    return {
        "nav": _only_the_closest(nav, path),
        "organisations": homes if len(homes) > 1 else [],
        "role": capfirst(here.get_role_display()) if here else "",
        "foot": list(_links(FOOT, path)),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: `frame` (links, worked out only when drawn), `seller_name`, `languages`."""
    return {
        "frame": SimpleLazyObject(lambda: _frame(request)),
        "seller_name": SimpleLazyObject(_seller_name),
        "languages": _languages(),
        "full_path": request.get_full_path(),
    }
