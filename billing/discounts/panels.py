"""What discounts show on pages of the storeys below: a column, a tag, a sheet, a tab, events, a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import show
from advisory.kernel.users import User
from billing.discounts import state
from billing.discounts.models import Appeal, TierDecision, TierTable
from billing.discounts.naming import tier_with_percent
from billing.discounts.state import Standing
from clients import access, panels
from clients.memberships import Membership, Role
from clients.organisations import Organisation
from engagements import panels as engagement_panels
from engagements.panels import HourWarning
from engagements.work.models import Engagement

UNSETTLED = "unsettled"


def register() -> None:
    """Called once, when the program starts."""
    panels.register_timeline("income", gettext_lazy("Income and discount"), events)
    panels.register_fact("tier", gettext_lazy("Discount tier"), tiers, choices=choices, narrow=narrow, order=20)
    panels.register_badge(badge)
    panels.register_card(card)
    panels.register_tab(gettext_lazy("Income and discount"), "organisation_income", order=20)
    panels.register_portal_card(portal_card)
    panels.register_declaration_fact(decided)
    engagement_panels.register_hour_warnings(hour_warnings)
    access.register_income_reader(works_for)


def works_for(user: User) -> QuerySet[Engagement, Any]:
    """Row ids of the organisations with an engagement that an advisor leads or belongs to: he may see their income."""
    return Engagement.objects.mine(user).order_by().values_list("organisation", flat=True)


def events(organisation: Organisation, user: User, limit: int) -> Iterator[panels.TimelineEvent]:
    """Decisions and complaints; the organisation gets a letter about each, so it sees them too."""
    decisions = TierDecision.objects.filter(organisation=organisation).select_related("tier")
    for decision in decisions[:limit]:
        yield panels.TimelineEvent(
            at=decision.decided_at,
            kind="income",
            text=_("Discount decided: %(tier)s")
            % {"tier": tier_with_percent(decision.tier.code, decision.tier.percent)},
            detail=show.day_period(decision.valid_from, decision.valid_to),
            url=reverse("organisation_income", args=[organisation.number]),
            visible=True,
            strong=True,
        )
    for appeal in Appeal.objects.filter(decision__organisation=organisation)[:limit]:
        yield panels.TimelineEvent(
            at=appeal.registered_at,
            kind="income",
            text=_("Complaint about the discount"),
            detail=_("Received %(day)s") % {"day": show.day(appeal.received_on)},
            url=reverse("organisation_income", args=[organisation.number]),
            visible=True,
            strong=True,
        )


def decided(ids: Sequence[int]) -> dict[int, panels.Fact]:
    """What became of declarations: the newest decision made on each."""
    found = {}
    for decision in (
        # A branch without accounts of its own is decided on the declaration of the body above: that is its own matter.
        TierDecision.objects.filter(declaration__in=ids, organisation=F("declaration__organisation"))
        .select_related("tier")
        .order_by("decided_at", "pk")
    ):
        assert decision.declaration_id is not None
        tier = capfirst(tier_with_percent(decision.tier.code, decision.tier.percent))
        period = show.day_period(decision.valid_from, decision.valid_to)
        found[decision.declaration_id] = panels.Fact(tag=_("Decided"), detail=f"{tier}, {period}")
    return found


def tiers(ids: Sequence[int], on: date) -> Mapping[int, panels.Fact]:
    """The column: the tier in force, or that somebody must settle it. Two queries, whatever the number."""
    return {pk: _fact(standing) for pk, standing in state.states(ids, on).items()}


def _fact(standing: state.TierState) -> panels.Fact:
    if standing.needs_decision:
        return panels.Fact(tag=standing.words, tag_color="warning", sort_key=(0, 0))
    return panels.Fact(text=standing.words, quiet=not standing.percent, sort_key=(1, -standing.percent))


def choices(on: date) -> list[tuple[str, str]]:
    """What the column can be narrowed to: the tiers of the table in force, and what is not settled."""
    table = TierTable.objects.on(on)
    found = [(tier.code, tier_with_percent(tier.code, tier.percent)) for tier in table.tiers.all()] if table else []
    return [*found, (UNSETTLED, _("Not settled"))]


def narrow(organisations: panels.Organisations, value: str, on: date) -> panels.Organisations:
    """The organisations whose tier on the day has the code `value`, or that need a decision."""
    newest = (
        TierDecision.objects.covering(on)
        .filter(organisation=OuterRef("pk"))
        .order_by("-decided_at", "-pk")
        .values("tier__code")[:1]
    )
    with_code = organisations.annotate(tier_code=Subquery(newest))
    if value == UNSETTLED:
        return with_code.filter(tier_code=None).filter(pk__in=Organisation.objects.voluntary())
    return with_code.filter(tier_code=value)


def badge(organisation: Organisation, on: date) -> panels.Badge | None:
    """The tag beside the name; nothing for those who cannot have a discount."""
    standing = state.state_of(organisation, on)
    if standing.standing is Standing.NONE:
        return None
    return panels.Badge(standing.words, "warning" if standing.needs_decision else "info")


def card(organisation: Organisation, user: User, on: date) -> panels.Card:
    """The rail's sheet: what an hour costs them, and how long."""
    standing = state.state_of(organisation, on)
    return panels.Card(
        _("Discount tier"),
        "discounts/_card.html",
        {"standing": standing, "hour": state.hour_price(standing.percent, on)},
        order=20,
        url=reverse("organisation_income", args=[organisation.number]),
        url_label=_("Income and discount"),
    )


def portal_card(membership: Membership, on: date) -> panels.PortalCard | None:
    """The organisation's own discount, for those who see its money."""
    if not membership.may(Role.FINANCE):
        return None
    standing = state.state_of(membership.organisation, on)
    return panels.PortalCard(
        _("Your discount"),
        "portal/_discount_card.html",
        {
            "standing": standing,
            "hour": state.hour_price(standing.percent, on),
            "organisation": membership.organisation,
            "name": capfirst(standing.words),
        },
        order=40,
        half=True,
    )


def hour_warnings(engagements: Sequence[int], day: date) -> Mapping[int, Sequence[HourWarning]]:
    """A sentence for each engagement whose organisation has no decision on the day. Three queries for all."""
    rows = Engagement.objects.filter(pk__in=list(engagements)).values_list("pk", "organisation", "organisation__number")
    by_engagement = {pk: (organisation, number) for pk, organisation, number in rows}
    standing = state.states({organisation for organisation, _number in by_engagement.values()}, day)
    return {
        pk: [
            HourWarning(
                _warning(standing[organisation]),
                reverse("organisation_income", args=[number]),
                _("Settle it"),
            )
        ]
        for pk, (organisation, number) in by_engagement.items()
        if standing[organisation].needs_decision
    }


def _warning(standing: state.TierState) -> str:
    if standing.standing is state.Standing.RUN_OUT and standing.decision is not None:
        last = show.day(standing.decision.valid_to)
        return _("The discount ended %(last)s: the hour is priced at full self-cost.") % {"last": last}
    return _("The discount tier is not settled: the hour is priced at full self-cost.")
