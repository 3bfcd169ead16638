"""Complaints: staff register one that came by letter, and another administrator than the decider answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, staff, user_of
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from billing.discounts import grounds, letters, rules
from billing.discounts.appeals import (
    DecidedItself,
    ReceivedAfterToday,
    ReceivedBeforeDecision,
    TextMissing,
    TooLate,
    answer_appeal,
    deciders,
    declaration_for,
    last_day,
    may_be_appealed,
    register_appeal,
    sound_answer,
)
from billing.discounts.case_forms import AnswerForm, StaffAppealForm
from billing.discounts.decide import holds_until, invoices_in_the_way, must_be_decider
from billing.discounts.decision_page import named_bands
from billing.discounts.effect import effect
from billing.discounts.forms import show_refusal
from billing.discounts.models import Appeal, Tier, TierDecision, TierTable
from billing.discounts.tables import bands
from billing.invoicing.price_statement import tier_label
from clients.organisations import Organisation

PREVIEW = "preview"


@staff("GET", "POST")
def new_appeal(request: HttpRequest, number: int, decision: int) -> HttpResponse:
    """A form for a complaint that came by letter, e-mail or telephone."""
    organisation = get_object_or_404(Organisation, number=number)
    found = get_object_or_404(
        TierDecision.objects.select_related("organisation", "tier"), pk=decision, organisation=organisation
    )
    form = StaffAppealForm(
        request.POST if request.method == "POST" else None, initial={"received_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            register_appeal(decision=found, by=user_of(request), now=timezone.now(), **form.cleaned_data)
        except TextMissing as error:
            form.add_error("text", error.message)
        except (ReceivedAfterToday, ReceivedBeforeDecision) as error:
            form.add_error("received_on", error.message)
        except TooLate as error:
            form.add_error("why_late", error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The complaint is registered. The organisation is told that it has come."))
            return redirect("organisation_income", number)
    return render(
        request,
        "organisations/income/decisions/appeal.html",
        {
            "organisation": organisation,
            "decision": found,
            "label": tier_label(found.tier.code, found.tier.percent),
            "last_day": last_day(found),
            "may": may_be_appealed(found),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@administrators("GET", "POST")
def appeal(request: HttpRequest, appeal: int) -> HttpResponse:
    """One complaint beside the decision it is about; another administrator answers with a new decision."""
    found = get_object_or_404(
        Appeal.objects.select_related(
            "decision__organisation__parent", "decision__tier", "decision__decided_by", "decision__hardship"
        ),
        pk=appeal,
    )
    decision, user = found.decision, user_of(request)
    organisation = decision.organisation
    declaration = declaration_for(found)
    table = TierTable.objects.on(decision.valid_from)
    tiers = list(table.tiers.all()) if table else []
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        tiers=tiers,
        initial={"tier": decision.tier, "valid_from": decision.valid_from},
    )
    letter = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("then") == PREVIEW:
                letter = letters.decision_text(sound_answer(appeal=found, **form.cleaned_data), now=timezone.now())
            else:
                return _save(request, found, form)
        except DomainError as error:
            show_refusal(form, error)
    written = getattr(form, "cleaned_data", {})
    tier: Tier = written.get("tier") or decision.tier
    first = written.get("valid_from") or decision.valid_from
    last = holds_until(organisation, declaration, first)
    priced = effect(organisation, first, last, [tier.percent])
    proposal = (
        rules.propose(
            income=declaration.counted_income,
            bands=bands(table),
            eligible=grounds.is_eligible(organisation),
            has_evidence=grounds.has_evidence(declaration),
            budget=grounds.is_budget(declaration),
            before=grounds.year_before(organisation, declaration),
        )
        if declaration and table
        else None
    )
    answer = TierDecision.objects.filter(answers=found).select_related("tier", "decided_by").first()
    registered = AuditEvent.objects.of(found).filter(action="appeal.register").first()
    return render(
        request,
        "discounts/appeals/detail.html",
        {
            "appeal": found,
            "decision": decision,
            "organisation": organisation,
            "label": tier_label(decision.tier.code, decision.tier.percent),
            "answer": answer,
            "answer_label": tier_label(answer.tier.code, answer.tier.percent) if answer else "",
            "declaration": declaration,
            "evidence": declaration.evidence.defer("content") if declaration else [],
            "proposed": tier_label(proposal.band.code, proposal.band.percent) if proposal else "",
            "proposal": proposal,
            "bands": named_bands(table),
            "why_late": registered.reason if registered else "",
            "refusal": _refusal(found, user),
            "form": form,
            "letter": letter,
            "chosen": tier,
            "chosen_label": tier_label(tier.code, tier.percent),
            "valid_from": first,
            "valid_to": last,
            "effect": priced,
            "price": priced.prices[tier.percent],
            "in_the_way": invoices_in_the_way(organisation, tier, first, last),
        },
        status=422 if form.errors else 200,
    )


def _save(request: HttpRequest, found: Appeal, form: AnswerForm) -> HttpResponse:
    made = answer_appeal(appeal=found, by=user_of(request), now=timezone.now(), **form.cleaned_data)
    words = _("The complaint is answered: %(tier)s.") % {"tier": tier_label(made.tier.code, made.tier.percent)}
    if letters.recipients(made.organisation):
        messages.success(request, words + " " + _("The organisation is told by e-mail."))
    else:
        messages.warning(request, words + " " + _("Nobody there has an e-mail address: tell them yourself."))
    return redirect("organisation_income", made.organisation.number)


def _refusal(found: Appeal, user: User) -> str:
    """Why this person may not answer, or nothing."""
    if user.pk in deciders(found.decision):
        return DecidedItself().message
    try:
        must_be_decider(found.decision.organisation, user)
    except DomainError as error:
        return error.message
    return ""
