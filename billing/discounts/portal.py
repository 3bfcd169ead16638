"""The organisation's own discount, in plain words: the tier, why, how long, and what an hour costs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.discounts import state
from billing.discounts.decision_page import Band, named_bands
from billing.discounts.models import Pot, TierDecision, TierTable
from billing.invoicing.price_statement import tier_label, tier_name
from clients.access import portal
from clients.memberships import Membership, Role


@portal(Role.FINANCE)
def discount(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Their tier with its reason, and the rule for all."""
    organisation, today = membership.organisation, timezone.localdate()
    standing = state.state_of(organisation, today)
    in_force = standing.decision if standing.standing is state.Standing.DECIDED else None
    table = in_force.tier.table if in_force else TierTable.objects.on(today)
    decisions = TierDecision.objects.filter(organisation=organisation).select_related("tier")
    return render(
        request,
        "portal/discount.html",
        {
            "organisation": organisation,
            "standing": standing,
            "decision": in_force,
            "tier_name": tier_name(in_force.tier.code) if in_force else "",
            "pays": 100 - standing.percent,
            "hour": state.hour_price(standing.percent, today),
            "bands": _marked(named_bands(table), in_force),
            "pot": Pot.objects.open_on(today).first() if standing.percent else None,
            "earlier": [
                (each, tier_label(each.tier.code, each.tier.percent)) for each in decisions if each != in_force
            ],
            "today": today,
        },
    )


def _marked(bands: list[Band], decision: TierDecision | None) -> list[tuple[Band, bool]]:
    return [(band, decision is not None and band.code == decision.tier.code) for band in bands]
