"""Review before issuing, issuing, and the receipt: a page with totals, never a box over the page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from billing.invoicing import register
from billing.invoicing.gather import standing
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice, InvoiceDraft
from billing.invoicing.price_statement import tier_label
from billing.invoicing.quote import quotes
from billing.invoicing.run import review_of
from billing.invoicing.selection import decode, encode
from billing.invoicing.views.proposals import proof_of, row_of

#: Where the reasons of the last issuing are kept for its receipt, by draft id.
_REASONS = "issue_failures"


@administrators("GET", "POST")
def review(request: HttpRequest) -> HttpResponse:
    """GET `?drafts=3-17`: what would be issued. POST: issue what was seen, by draft and fingerprint."""
    if request.method == "POST":
        return _issue(request)
    chosen = set(decode(request.GET.get("drafts", "")))
    chosen |= {int(pk) for pk in request.GET.getlist("draft") if pk.isascii() and pk.isdigit() and len(pk) < 19}
    today = timezone.localdate()
    # All that stand are priced in the order in which pots are spent, so that the review shows what issuing does.
    found = quotes([draft for draft in standing() if draft.pk in chosen], on=today)
    ready = [quote for quote in found if quote.ready]
    if not ready:
        messages.warning(request, _("None of the chosen proposals can be issued now."))
        return redirect("proposals")
    figures = review_of(ready)
    others = quotes([draft for draft in standing() if draft.pk not in chosen], on=today)
    return render(
        request,
        "billing/review.html",
        {
            "review": figures,
            "ready": ready,
            "dropped": [row_of(quote) for quote in found if not quote.ready],
            "warned": [
                (quote.draft.organisation, problem)
                for quote in ready
                for problem in quote.problems
                if problem.code == "register"
            ],
            "tiers": [(_tier_words(tier.code, tier.percent), tier) for tier in figures.tiers],
            "proof": proof_of([*found, *others], chosen, max(q.draft.up_to for q in [*found, *others])),
            "today": today,
            "mailed": sum(1 for quote in ready if quote.draft.organisation.mail_address),
        },
    )


def _tier_words(code: str | None, percent: object) -> str:
    if code is None:
        return _("Several tiers")
    return tier_label(code, percent)  # type: ignore[arg-type]


def _issue(request: HttpRequest) -> HttpResponse:
    seen: dict[int, str | None] = {}
    for item in request.POST.getlist("draft"):
        pk, _colon, fingerprint = item.partition(":")
        if pk.isascii() and pk.isdigit() and len(pk) < 19:
            seen[int(pk)] = fingerprint
    if not seen:
        messages.warning(request, _("Choose at least one proposal."))
        return redirect("proposals")
    outcome = issue(seen, by=user_of(request), now=timezone.now())
    request.session[_REASONS] = {str(failure.draft): failure.message for failure in outcome.failures}
    return redirect(f"{reverse('issued')}?drafts={encode(seen)}")


@administrators("GET")
def issued(request: HttpRequest) -> HttpResponse:
    """The receipt of an issuing: the documents with their numbers, and what was not issued, with the reason."""
    chosen = decode(request.GET.get("drafts", ""))
    on = timezone.localdate()
    made = list(
        Invoice.objects.filter(draft__in=chosen).select_related("organisation", "credit_note").order_by("number")
    )
    if not made and not chosen:
        return redirect("proposals")
    reasons = request.session.get(_REASONS, {})
    left = (
        InvoiceDraft.objects.filter(pk__in=chosen)
        .select_related("organisation")
        .order_by("organisation__search_name", "pk")
    )
    gone = len(chosen) - len(made)
    return render(
        request,
        "billing/issued.html",
        {
            "rows": register.rows(made),
            "total": sum(invoice.total.amount for invoice in made),
            "failures": [
                (row_of(quote), reasons.get(str(quote.draft.pk)) or _reason(quote.problems))
                for quote in quotes(left, on=on)
            ],
            "failed": gone,
        },
    )


def _reason(problems: tuple[object, ...]) -> str:
    blocking = [str(getattr(p, "message", "")) for p in problems if getattr(p, "blocks", False)]
    return blocking[0] if blocking else _("Hours or prices have changed since you looked. Look at the proposal again.")
