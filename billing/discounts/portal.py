"""The organisation's own discount, in plain words: the tier, why, how long, what an hour costs, and how to complain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import user_of
from advisory.kernel.errors import DomainError
from billing.discounts import state
from billing.discounts.appeals import TextMissing, last_day, may_be_appealed, register_appeal
from billing.discounts.case_forms import AppealForm
from billing.discounts.decision_page import Band, named_bands
from billing.discounts.may_pay import pots_for
from billing.discounts.models import Appeal, TierDecision, TierTable
from billing.discounts.rules import days_in_force
from billing.discounts.state import RENEW_WITHIN
from billing.invoicing.price_statement import tier_label, tier_name
from clients.access import portal
from clients.income import EvidenceFile
from clients.memberships import Membership, Role
from clients.organisations import Organisation


@portal(Role.FINANCE)
def discount(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Their tier with its reason and evidence, how long it holds, how to renew it and how to complain."""
    organisation, today = membership.organisation, timezone.localdate()
    standing = state.state_of(organisation, today)
    in_force = standing.decision if standing.standing is state.Standing.DECIDED else None
    table = in_force.tier.table if in_force else TierTable.objects.on(today)
    decisions = TierDecision.objects.filter(organisation=organisation).select_related("tier", "declaration")
    newest = decisions.first()
    appeal = Appeal.objects.filter(decision__organisation=organisation, answer=None).first()
    pots = pots_for(in_force.tier, today, hardship=in_force.hardship_id is not None) if in_force else []
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
            "pot": pots[0][0] if pots and standing.percent else None,
            "earlier": _earlier(decisions, in_force),
            "evidence": _evidence(organisation, in_force),
            "judge": organisation.judged_by,
            "is_ending": in_force is not None and bool(standing.percent) and _ends_soon(in_force, today),
            "appeal": appeal,
            "complain_by": _complain_by(newest, today) if appeal is None else None,
            "today": today,
        },
    )


@portal(Role.FINANCE, "GET", "POST")
def appeal(request: HttpRequest, membership: Membership) -> HttpResponse:
    """A form that complains about the newest decision; after three weeks it says what to do instead."""
    organisation, today = membership.organisation, timezone.localdate()
    decision = TierDecision.objects.filter(organisation=organisation).select_related("tier", "organisation").first()
    last = _complain_by(decision, today)
    if decision is None or last is None:
        messages.warning(request, _("There is no decision you can complain about now. Write to us instead."))
        return redirect("portal_discount", organisation.number)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            register_appeal(
                decision=decision,
                text=form.cleaned_data["text"],
                received_on=today,
                by=user_of(request),
                now=timezone.now(),
            )
        except TextMissing as error:
            form.add_error("text", error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("We have got your complaint. You get the answer by e-mail."))
            return redirect("portal_discount", organisation.number)
    return render(
        request,
        "portal/discount/appeal.html",
        {
            "organisation": organisation,
            "decision": decision,
            "label": tier_label(decision.tier.code, decision.tier.percent),
            "last": last,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _complain_by(decision: TierDecision | None, today: date) -> date | None:
    """The last day to complain about the decision, if that is still possible."""
    if decision is None or not may_be_appealed(decision) or last_day(decision) < today:
        return None
    return last_day(decision)


def _evidence(organisation: Organisation, decision: TierDecision | None) -> list[tuple[str, int | None]]:
    """What lay before the decider: each name with the row id of the file, where it is the organisation's own."""
    if decision is None or decision.declaration is None or decision.declaration.organisation_id != organisation.pk:
        # What the body above sent is named on its own page alone.
        return []
    files = EvidenceFile.objects.filter(declaration=decision.declaration_id, declaration__organisation=organisation)
    own = dict(files.values_list("sha256", "pk"))
    return [(file["name"], own.get(file["sha256"])) for file in decision.evidence]


def _earlier(
    decisions: Iterable[TierDecision], in_force: TierDecision | None
) -> list[tuple[TierDecision, str, list[tuple[date, date]]]]:
    """The other decisions, the newest first, each with its tier and the days that no newer one has taken from it."""
    rows = []
    newer: list[tuple[date, date]] = []
    for each in decisions:
        if each != in_force:
            days = days_in_force(each.valid_from, each.valid_to, newer)
            rows.append((each, tier_label(each.tier.code, each.tier.percent), days))
        newer.append((each.valid_from, each.valid_to))
    return rows


def _ends_soon(decision: TierDecision, today: date) -> bool:
    """Whether it ends within sixty days and nothing follows it."""
    after = decision.valid_to + timedelta(days=1)
    goes_on = TierDecision.objects.on(decision.organisation, after) is not None
    return decision.valid_to - today <= RENEW_WITHIN and not goes_on


def _marked(bands: list[Band], decision: TierDecision | None) -> list[tuple[Band, bool]]:
    return [(band, decision is not None and band.code == decision.tier.code) for band in bands]
