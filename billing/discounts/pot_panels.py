"""What the pots show on an engagement's page: what is bound for it, and the way to bind more or free it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billing.discounts import state
from billing.discounts.ledger import bound_for
from billing.discounts.models import Pot
from engagements import panels
from engagements.panels import EngagementCard
from engagements.work.models import Engagement, FundingArea, Phase


def register() -> None:
    """Called once, when the program starts."""
    panels.register_engagement_card(bound_card)


def bound_card(engagement: Engagement, on: date) -> EngagementCard | None:
    """What pots hold for the engagement; nothing for work that has no discount and nothing bound."""
    bound = bound_for([engagement.pk])
    is_open = engagement.phase not in (Phase.CLOSED, Phase.CANCELLED)
    may_have = is_open and engagement.funding_area == FundingArea.ADVICE
    if not bound and not (may_have and state.state_of(engagement.organisation, on).percent):
        return None
    pots = Pot.objects.in_bulk([pot for pot, _engagement in bound])
    rows = sorted(((pots[pot], amount) for (pot, _engagement), amount in bound.items()), key=lambda row: row[0].name)
    context = {"rows": rows, "engagement": engagement, "is_open": is_open}
    return EngagementCard(_("Bound for discounts"), "discounts/pots/_bound_card.html", context, 20)
