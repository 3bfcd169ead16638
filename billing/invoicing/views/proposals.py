"""Proposals: hours gathered per organisation, what must be checked first, and the choice that goes to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from advisory.kernel.list_file import list_file
from billing.invoicing.accounting import HoursAccounted, hours_accounted
from billing.invoicing.forms import GatherForm, last_of_last_month
from billing.invoicing.gather import gather, standing
from billing.invoicing.list_files import PROPOSALS
from billing.invoicing.price_statement import tier_label
from billing.invoicing.quote import Problem, Quote, quotes
from billing.invoicing.run import Sums, sums_of, tiers_of
from billing.invoicing.selection import encode
from engagements.work.ready_weeks import not_ready

#: What to do about a problem, by its code: the words of the link.
VERBS: dict[str, StrOrPromise] = {
    "no_rate": gettext_lazy("Adopt a rate"),
    "no_vat": gettext_lazy("Settle the VAT"),
    "no_decision": gettext_lazy("Settle the tier"),
    "no_pot": gettext_lazy("Open a pot"),
    "pot_empty": gettext_lazy("See the pot"),
    "no_address": gettext_lazy("Add an address"),
    "register": gettext_lazy("See the organisation"),
    "no_email": gettext_lazy("Add an e-mail"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal in the list: `problem` is the first thing to look at, `verb` and `url` what to do about it."""

    quote: Quote
    tier: str
    engagements: str
    problem: Problem | None
    verb: StrOrPromise
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class HoursProof:
    """Where the hours up to a day are, in minutes; `chosen` + `blocked` + `left_out` is what proposals hold."""

    up_to: date
    accounted: HoursAccounted
    chosen: int
    blocked: int
    left_out: int

    @property
    def agrees(self) -> bool:
        """Whether each hour is in exactly one place."""
        return self.accounted.agrees and self.chosen + self.blocked + self.left_out == self.accounted.proposed


@administrators("GET", "POST")
def proposals(request: HttpRequest) -> HttpResponse:
    """GET: the proposals that stand. POST: gather hours up to the day that was written."""
    today = timezone.localdate()
    form = GatherForm(request.POST or None, initial={"up_to": last_of_last_month(today)})
    if request.method == "POST" and form.is_valid():
        up_to = form.cleaned_data["up_to"]
        drafts = gather(up_to=up_to, by=user_of(request), now=timezone.now())
        if not drafts:
            messages.info(request, _("There are no unbilled hours up to %(day)s.") % {"day": show.day(up_to)})
        return redirect("proposals")
    found = quotes(standing(), on=today)
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("proposals"),
        title=_("Invoice proposals"),
        columns=PROPOSALS,
        rows=[row_of(quote) for quote in sorted(found, key=lambda quote: quote.ready)],
    )
    if file:
        return file
    up_to = max((quote.draft.up_to for quote in found), default=last_of_last_month(today))
    if not form.is_bound:
        form = GatherForm(initial={"up_to": up_to})
    ready = [quote for quote in found if quote.ready]
    chosen = {quote.draft.pk for quote in ready}
    return render(
        request,
        "billing/proposals.html",
        {
            "form": form,
            "up_to": up_to,
            "weeks": not_ready(first=up_to.replace(day=1), last=up_to, today=today),
            "unready": [row_of(quote) for quote in found if not quote.ready],
            "ready": [row_of(quote, is_chosen=quote.draft.pk in chosen) for quote in ready],
            **_foot(found, chosen, up_to),
        },
        status=422 if form.errors else 200,
    )


@administrators("POST")
def proposals_chosen(request: HttpRequest) -> HttpResponse:
    """What the ticked proposals add up to (htmx), or on to their review."""
    chosen = {int(pk) for pk in request.POST.getlist("draft") if pk.isascii() and pk.isdigit() and len(pk) < 19}
    if request.headers.get("HX-Request"):
        found = quotes(standing(), on=timezone.localdate())
        up_to = max((quote.draft.up_to for quote in found), default=timezone.localdate())
        return render(request, "billing/_chosen.html", _foot(found, chosen, up_to))
    if not chosen:
        messages.warning(request, _("Choose at least one proposal."))
        return redirect("proposals")
    return redirect(f"{reverse('review')}?drafts={encode(chosen)}")


def row_of(quote: Quote, *, is_chosen: bool = False) -> Row:
    """A quote as the lists of proposals show it."""
    lines = quote.document.lines if quote.document else ()
    works = dict.fromkeys(f"{line.engagement_title} · {line.engagement}" for line in lines)
    if not works:
        works = dict.fromkeys(
            f"{entry.engagement.title} · {entry.engagement.reference}" for entry in quote.entries if entry.engagement
        )
    problem = quote.problems[0] if quote.problems else None
    return Row(
        quote=quote,
        tier=", ".join(tier_label(code, percent) for code, percent in tiers_of(quote)),
        engagements=", ".join(works),
        problem=problem,
        verb=VERBS.get(problem.code, _("Look at it")) if problem else "",
        url=(problem.url if problem else "") or reverse("draft", args=[quote.draft.pk]),
        is_chosen=is_chosen,
    )


def proof_of(found: Sequence[Quote], chosen: set[int], up_to: date) -> HoursProof:
    """Where all billable hours up to the day are, seen from a choice of proposals."""
    return HoursProof(
        up_to=up_to,
        accounted=hours_accounted(up_to),
        chosen=sum(quote.minutes for quote in found if quote.ready and quote.draft.pk in chosen),
        blocked=sum(quote.minutes for quote in found if not quote.ready),
        left_out=sum(quote.minutes for quote in found if quote.ready and quote.draft.pk not in chosen),
    )


def _foot(found: Sequence[Quote], chosen: set[int], up_to: date) -> dict[str, Sums | HoursProof]:
    return {
        "sums": sums_of(quote for quote in found if quote.ready and quote.draft.pk in chosen),
        "proof": proof_of(found, chosen, up_to),
    }
