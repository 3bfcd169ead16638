"""What the parameters of paths are filled with: one row per parameter, the more particular path first.

A new page needs a row only where its parameter means something new. `of` finds the value for one organisation's
side of the world; `missing` is a value that names nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import User
from billing.models import ActualLine, Pot, SeatSale, TrialBalance
from clients.invitations.models import Invitation
from tests.access.routes import Route
from tests.access.world import Side


class NoFactory(LookupError):
    """A path has a parameter that the table does not know."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter called `name` in paths that contain `within`."""

    name: str
    of: Callable[[Side], Any]
    missing: Any
    within: str = ""
    #: False for what belongs to no organisation (a message of the outbox, a year): then nothing is foreign.
    belongs: bool = True


TABLE: tuple[Parameter, ...] = (
    Parameter("number", lambda side: side.organisation.number, 987654, within="portal/<int:number>"),
    Parameter("number", lambda side: side.organisation.number, 987654, within="organisations/<int:number>"),
    Parameter("number", lambda side: side.things["invoice"].number, 202699999, within="invoices/<int:number>"),
    Parameter("invoice", lambda side: side.things["invoice"].number, 202699999),
    Parameter("pk", lambda side: side.things["draft"].pk, 987654, within="billing/drafts/"),
    Parameter("proposal", lambda side: side.things["draft"].pk, 987654),
    Parameter("valid_from", lambda side: "2026-01-01", "1999-01-01", within="tier-tables/", belongs=False),
    Parameter("pk", lambda side: 987654, 987655, within="settings/me/second/passkeys/", belongs=False),
    Parameter("change", lambda side: "not-a-word-of-ours", "nothing", belongs=False),
    Parameter("provider_id", lambda side: "oidc", "nothing", belongs=False),
    Parameter("user", lambda side: side.owner.pk, 987654, within="settings/personal-data/users/", belongs=False),
    Parameter("kind", lambda side: "json", "nothing", within="/file/<slug:kind>/", belongs=False),
    Parameter("contact_id", lambda side: side.things["contact"].pk, 987654),
    Parameter("membership_id", lambda side: side.owner.memberships.get().pk, 987654),
    Parameter(
        "invitation",
        lambda side: Invitation.objects.get(organisation=None).pk,
        987654,
        within="settings/users/",
        belongs=False,
    ),
    Parameter("invitation", lambda side: side.things["invitation"].pk, 987654),
    Parameter("token", lambda side: 987654, 987655, within="settings/", belongs=False),
    Parameter("token", lambda side: side.things["invitation_token"], "x" * 43, within="invitation/"),
    Parameter(
        "user", lambda side: User.objects.staff().earliest("pk").pk, 987654, within="settings/users/", belongs=False
    ),
    Parameter("file_id", lambda side: side.things["evidence"].pk, 987654),
    Parameter("reference", lambda side: side.engagement.reference, "2026-999"),
    Parameter("joint", lambda side: side.things["joint_order"].reference, "F2026-999"),
    Parameter("joint_hour", lambda side: side.things["joint_hour"].pk, 987654),
    Parameter("entry", lambda side: side.things["entry"].pk, 987654),
    Parameter("outcome", lambda side: side.things["outcome"].pk, 987654),
    Parameter("recommendation", lambda side: side.things["recommendation"].pk, 987654),
    Parameter("code", lambda side: side.engagement.service_type.code, "no-such-kind", belongs=False),
    Parameter("activity", lambda side: side.things["activity"].pk, 987654, belongs=False),
    Parameter("year", lambda side: 2026, 2025, within="time/", belongs=False),
    Parameter("week", lambda side: 47, 53, within="time/", belongs=False),
    Parameter("message", lambda side: side.things["message"].pk, 987654),
    Parameter("declaration", lambda side: side.things["declaration"].pk, 987654),
    Parameter("decision", lambda side: side.things["decision"].pk, 987654),
    Parameter("appeal", lambda side: side.things["appeal"].pk, 987654),
    Parameter("hardship", lambda side: side.things["hardship"].pk, 987654),
    Parameter("year", lambda side: 2026, 1999, belongs=False),
    Parameter("service", lambda side: "advice", "nothing", belongs=False),
    Parameter("version", lambda side: 1, 99, belongs=False),
    Parameter("of", lambda side: "issued", "nothing", within="after/rows/", belongs=False),
    Parameter("pot", lambda side: Pot.objects.get().pk, 987654, belongs=False),
    Parameter("row", lambda side: SellerParticulars.objects.get().pk, 987654, within="settings/seller/", belongs=False),
    Parameter(
        "line", lambda side: ActualLine.objects.earliest("pk").pk, 987654, within="/accounts/lines/", belongs=False
    ),
    Parameter(
        "sale", lambda side: SeatSale.objects.earliest("pk").pk, 987654, within="/accounts/seats/", belongs=False
    ),
    Parameter("file", lambda side: TrialBalance.objects.earliest("pk").pk, 987654, within="/accounts/", belongs=False),
    Parameter("bearer", lambda side: "advice", "nothing", within="/accounts/costs/", belongs=False),
    Parameter("kind", lambda side: "csv", "nothing", within="/accounts/rows/", belongs=False),
    Parameter("key", lambda side: "invoice", "nothing", within="settings/texts/", belongs=False),
    Parameter("language", lambda side: "nb", "xx", within="settings/texts/", belongs=False),
    Parameter("position", lambda side: 1, 99, belongs=False),
    Parameter("uidb36", lambda side: "1", "zz", belongs=False),
    Parameter("key", lambda side: "set-password", "nothing", belongs=False),
)


def parameter(route: Route, name: str) -> Parameter:
    """The row for the parameter `name` of the route. Raises NoFactory."""
    for row in TABLE:
        if row.name == name and row.within in route.template:
            return row
    raise NoFactory(f"{route}: tests/access/table.py has no row for <{name}>.")
