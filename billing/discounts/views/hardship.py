"""Hardship: one administrator asks for the next larger discount, another grants or refuses it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from billing.discounts import letters, state
from billing.discounts.case_forms import HardshipForm, RefusalForm
from billing.discounts.decide import invoices_in_the_way
from billing.discounts.effect import effect
from billing.discounts.hardship import (
    EndsAfterOrdinary,
    EndsBeforeItStarts,
    as_decision,
    ask_for_hardship,
    grant_hardship,
    larger_tier,
    ordinary,
    pots_with_room,
    refuse_hardship,
)
from billing.discounts.models import HardshipRequest, Tier
from billing.invoicing.price_statement import tier_label
from clients.organisations import Organisation

GRANT, REFUSE, PREVIEW = "grant", "refuse", "preview"


@administrators("GET", "POST")
def ask_hardship(request: HttpRequest, number: int) -> HttpResponse:
    """A form that asks for a larger discount for a time; somebody else answers."""
    organisation = get_object_or_404(Organisation, number=number)
    today = timezone.localdate()
    below = ordinary(organisation, today)
    form = HardshipForm(
        request.POST if request.method == "POST" else None,
        initial={"valid_from": today, "valid_to": below.valid_to if below else None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_hardship(organisation=organisation, by=user_of(request), now=timezone.now(), **form.cleaned_data)
        except (EndsAfterOrdinary, EndsBeforeItStarts) as error:
            form.add_error("valid_to", error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The request is sent. Another administrator answers it."))
            return redirect("organisation_income", number)
    next_tier, refusal = _next_tier(organisation, today)
    return render(
        request,
        "organisations/income/hardship.html",
        {
            "organisation": organisation,
            "form": form,
            "standing": state.state_of(organisation, today),
            "next_tier": tier_label(next_tier.code, next_tier.percent) if next_tier else "",
            "percent": next_tier.percent if next_tier else None,
            "refusal": refusal,
        },
        status=422 if form.errors else 200,
    )


@administrators("GET", "POST")
def hardship(request: HttpRequest, hardship: int) -> HttpResponse:
    """One request: who asks for what and why, what it would cost, and who pays; granted or refused here."""
    found = get_object_or_404(
        HardshipRequest.objects.select_related("organisation", "tier__table", "asked_by", "refused_by"), pk=hardship
    )
    organisation, user = found.organisation, user_of(request)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    decision = getattr(found, "decision", None)
    is_open = decision is None and found.refused_at is None
    letter, has_refusal = None, False
    then = request.POST.get("then")
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"].strip()
        if then in (REFUSE, PREVIEW) and not reason and (then == REFUSE or request.POST.get("about") == REFUSE):
            form.add_error("reason", _("Say why it is refused."))
        elif then == PREVIEW:
            letter = (
                letters.refusal_text(organisation, reason, now=timezone.now())
                if reason
                else letters.decision_text(as_decision(found), now=timezone.now())
            )
        else:
            try:
                return _answer(request, found, then, reason)
            except DomainError as error:
                form.add_error(None, error.message)
                has_refusal = True
    below = ordinary(organisation, found.valid_from)
    priced = effect(organisation, found.valid_from, found.valid_to, [found.tier.percent])
    return render(
        request,
        "discounts/hardship/detail.html",
        {
            "found": found,
            "organisation": organisation,
            "decision": decision,
            "is_open": is_open,
            "is_own": found.asked_by_id == user.pk,
            "tier": tier_label(found.tier.code, found.tier.percent),
            "below": below,
            "below_label": tier_label(below.tier.code, below.tier.percent) if below else "",
            "effect": priced,
            "price": priced.prices[found.tier.percent],
            "in_the_way": invoices_in_the_way(organisation, found.tier, found.valid_from, found.valid_to)
            if is_open
            else [],
            "pots": pots_with_room(found),
            "form": form,
            "letter": letter,
            "has_refusal": has_refusal,
        },
        status=422 if form.errors else 200,
    )


def _answer(request: HttpRequest, found: HardshipRequest, then: str | None, reason: str) -> HttpResponse:
    by, now = user_of(request), timezone.now()
    if then == GRANT:
        grant_hardship(request=found, by=by, now=now)
        words = _("The larger discount is granted.")
    else:
        refuse_hardship(request=found, reason=reason, by=by, now=now)
        words = _("The request is refused.")
    if letters.recipients(found.organisation):
        messages.success(request, words + " " + _("The organisation is told by e-mail."))
    else:
        messages.warning(request, words + " " + _("Nobody there has an e-mail address: tell them yourself."))
    return redirect("organisation_income", found.organisation.number)


def _next_tier(organisation: Organisation, day: date) -> tuple[Tier | None, str]:
    try:
        return larger_tier(organisation, day), ""
    except DomainError as error:
        return None, error.message
