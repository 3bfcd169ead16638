"""Who has which tier: the list to settle, an organisation's declarations and decisions, and the decision form."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, staff, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.list_file import list_file
from advisory.kernel.users import User
from billing.discounts import letters, state
from billing.discounts.appeals import last_day, may_be_appealed, open_appeals
from billing.discounts.decide import ask_for_documents, decide_tier, must_be_decider
from billing.discounts.decision_page import DecisionPage, decision_page, named_bands, reason_of
from billing.discounts.forms import APPROVE, ASK, OTHER, DecisionForm, show_refusal
from billing.discounts.hardship import waiting
from billing.discounts.list_files import TO_SETTLE
from billing.discounts.models import Basis, HardshipRequest, TierDecision, TierTable
from billing.discounts.rules import Ground
from billing.invoicing.price_statement import tier_label
from clients.access import may_see_income
from clients.income import EvidenceFile, IncomeDeclaration
from clients.organisations import Organisation
from clients.organisations.views import head

PAGE_SIZE = 50
PREVIEW = "preview"


@administrators("GET")
def discounts(request: HttpRequest) -> HttpResponse:
    """Organisations without a decision in force, or whose decision ends soon: those with a declaration first."""
    today = timezone.localdate()
    found = state.to_settle(today)
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("discounts-to-settle"),
        title=_("Discounts to settle"),
        columns=TO_SETTLE,
        rows=found,
        enriched=lambda some: _with_states(some, today),
    )
    if file:
        return file
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _with_states(list(page), today)
    context = {
        "page": page,
        "rows": rows,
        "today": today,
        "appeals": [(each, tier_label(each.decision.tier.code, each.decision.tier.percent)) for each in open_appeals()],
        "requests": [
            (each, tier_label(each.tier.code, each.tier.percent))
            for each in waiting().select_related("organisation", "tier", "asked_by")
        ],
    }
    return render(request, "discounts/list.html", context)


def _with_states(organisations: list[Organisation], on: date) -> list[tuple[Organisation, state.TierState]]:
    standing = state.states([organisation.pk for organisation in organisations], on)
    return [(organisation, standing[organisation.pk]) for organisation in organisations]


@staff("GET")
def organisation_income(request: HttpRequest, number: int) -> HttpResponse:
    """Declarations and decisions of one organisation; incomes only for those who need them."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), number=number)
    today, user = timezone.localdate(), user_of(request)
    decisions = list(
        TierDecision.objects.filter(organisation=organisation)
        .select_related("tier", "decided_by", "declaration", "hardship__asked_by")
        .prefetch_related("appeals__answer")
    )
    standing = state.state_of(organisation, today)
    table = TierTable.objects.on(today)
    # The body's incomes are the body's: who works for the branch alone does not see them.
    sees_income = may_see_income(user, organisation.judged_by)
    judge = organisation.judged_by
    declarations = list(judge.declarations.select_related("submitted_by"))
    decided = {decision.declaration_id: decision for decision in reversed(decisions)}
    evidence: dict[int, list[EvidenceFile]] = {}
    if sees_income:
        # Without the bytes: the page lists names only.
        for file in EvidenceFile.objects.filter(declaration__in=declarations).defer("content"):
            evidence.setdefault(file.declaration_id, []).append(file)
    newest_of_year: dict[int, int] = {}
    for declaration in declarations:
        newest_of_year.setdefault(declaration.year, declaration.pk)
    return render(
        request,
        "organisations/income/list.html",
        {
            **head(organisation, "organisation_income", request),
            "standing": standing,
            "hour": state.hour_price(standing.percent, today),
            "decisions": [
                (d, tier_label(d.tier.code, d.tier.percent), last_day(d) if may_be_appealed(d) else None)
                for d in decisions
            ],
            "requests": HardshipRequest.objects.filter(organisation=organisation, decision=None).select_related(
                "tier", "asked_by", "refused_by"
            ),
            "declarations": [
                (d, evidence.get(d.pk, []), newest_of_year[d.year] == d.pk, decided.get(d.pk)) for d in declarations
            ],
            "judge": judge,
            "sees_income": sees_income,
            "bands": named_bands(table),
            "table": table,
            "today": today,
        },
    )


@administrators("GET", "POST")
def decide(request: HttpRequest, number: int, declaration: int) -> HttpResponse:
    """The decision form of a declaration: the band, the proposal, and what it leads to, before it is saved."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), number=number)
    # A branch without accounts of its own is decided on what the body above declared; nothing else is theirs.
    found = get_object_or_404(
        IncomeDeclaration.objects.select_related("organisation", "submitted_by"),
        pk=declaration,
        organisation__in={organisation.pk, organisation.judged_by.pk},
    )
    user = user_of(request)
    page = decision_page(found, organisation=organisation, by=user)
    if page is None:
        messages.warning(request, _("There is no tier table on the day the declaration arrived. Adopt one first."))
        return redirect("tiers")
    form = _decision_form(request, page)
    if request.method == "POST":
        is_valid = form.is_valid()
        page = _as_chosen(page, form, request)
        if is_valid and request.POST.get("then") != PREVIEW:
            try:
                return _save(request, page, form)
            except DomainError as error:
                show_refusal(form, error)
    status = 422 if form.errors and request.POST.get("then") != PREVIEW else 200
    return render(
        request,
        "organisations/income/decide.html",
        {
            "organisation": organisation,
            "crumbs": [
                (_("Organisations"), reverse("organisations")),
                (organisation.name, reverse("organisation", args=[number])),
                (_("Income and discount"), reverse("organisation_income", args=[number])),
            ],
            "declaration": found,
            "evidence": found.evidence.defer("content"),
            "page": page,
            "form": form,
            "refusal": _refusal(organisation, user),
            "letter": _letter(page, form) if request.POST.get("then") == PREVIEW and form.is_valid() else None,
            "standing": state.state_of(organisation, timezone.localdate()),
            "earlier": [
                (d, tier_label(d.tier.code, d.tier.percent))
                for d in TierDecision.objects.filter(organisation=organisation).select_related("tier")[:5]
            ],
            "steps": [_("Declaration"), _("Documents"), _("Decision")],
        },
        status=status,
    )


def _decision_form(request: HttpRequest, page: DecisionPage) -> DecisionForm:
    return DecisionForm(
        request.POST if request.method == "POST" else None,
        tiers=page.tiers,
        arrived_on=page.declaration.arrived_on,
        can_approve=page.can_approve,
        initial={
            "choice": APPROVE if page.can_approve else ASK,
            "valid_from": page.valid_from,
        },
    )


def _as_chosen(page: DecisionPage, form: DecisionForm, request: HttpRequest) -> DecisionPage:
    """The page for what the form asks for, as far as it can be read."""
    written = form.cleaned_data
    tier = written.get("tier") if written.get("choice") == OTHER else None
    day = written.get("valid_from")
    again = decision_page(
        page.declaration, organisation=page.organisation, by=user_of(request), chosen=tier, valid_from=day
    )
    return again or page


def _save(request: HttpRequest, page: DecisionPage, form: DecisionForm) -> HttpResponse:
    organisation, by, now = page.organisation, user_of(request), timezone.now()
    written = form.cleaned_data
    back = redirect("organisation_income", organisation.number)
    if written["choice"] == ASK:
        sent = ask_for_documents(declaration=page.declaration, text=written["reason"], by=by, now=now)
        if sent:
            messages.success(request, _("The organisation is asked for more documents by e-mail."))
        else:
            messages.warning(request, _("The question is noted, but nobody there has an e-mail address. Call them."))
        return back
    made = decide_tier(
        organisation=organisation,
        declaration=page.declaration,
        tier=page.chosen,
        basis=_basis(page),
        valid_from=page.valid_from,
        reason=_reason(page, form),
        by=by,
        now=now,
    )
    words = _("Decided: %(tier)s from %(day)s.") % {
        "tier": tier_label(made.tier.code, made.tier.percent),
        "day": show.day(made.valid_from),
    }
    if letters.recipients(organisation):
        messages.success(request, words + " " + _("The organisation is told by e-mail."))
    else:
        messages.warning(request, words + " " + _("Nobody there has an e-mail address: tell them yourself."))
    return back


def _basis(page: DecisionPage) -> Basis:
    if page.chosen == page.proposed:
        return Basis(page.proposal.ground)
    if page.can_approve and page.proposal.ground is not Ground.NOT_ELIGIBLE:
        return Basis.BUDGET if page.is_budget else Basis.ACCOUNTS
    return Basis.NO_EVIDENCE


def _reason(page: DecisionPage, form: DecisionForm) -> str:
    """The rule's own sentence for an approved proposal, with the remark; the remark alone for another tier."""
    remark = str(form.cleaned_data["reason"]).strip()
    if form.cleaned_data["choice"] == OTHER:
        return remark
    with translation.override(page.organisation.language):
        return " ".join(filter(None, (reason_of(page), remark)))


def _letter(page: DecisionPage, form: DecisionForm) -> tuple[str, str] | None:
    if form.cleaned_data.get("choice") == ASK:
        return None
    unsaved = TierDecision(
        organisation=page.organisation,
        declaration=page.declaration,
        tier=page.chosen,
        basis=_basis(page),
        valid_from=page.valid_from,
        valid_to=page.valid_to,
        reason=_reason(page, form),
    )
    return letters.decision_text(unsaved, now=timezone.now())


def _refusal(organisation: Organisation, user: User) -> str:
    try:
        must_be_decider(organisation, user)
    except DomainError as error:
        return error.message
    return ""
