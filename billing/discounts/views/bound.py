"""Money of a pot bound for an engagement, and freed again, by hand. Administrators only."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from advisory.kernel.forms_once import once, say_once
from advisory.kernel.money import ZERO
from billing.discounts import pot_figures
from billing.discounts.ledger import NotSoMuchBound, bound_for
from billing.discounts.models import Pot
from billing.discounts.pot_forms import ReleaseForm, ReserveForm
from billing.discounts.reservations import (
    EngagementIsOver,
    NotForThisArea,
    NothingBound,
    PotIsOver,
    PotShort,
    bound_in,
    release,
    reserve,
)
from engagements.work.models import Engagement


@administrators("GET", "POST")
def reserve_money(request: HttpRequest) -> HttpResponse:
    """A form that binds money: `?pot=` and `?engagement=2026-014` fill it in. Too little free is said with a way on."""
    today = timezone.localdate()
    pots = Pot.objects.filter(ends__gte=today).in_order()
    if request.method == "POST":
        form = ReserveForm(request.POST, pots=pots, override="override_reason" in request.POST)
        if form.is_valid():
            written, by, now = form.content, user_of(request), timezone.now()
            said = ""
            try:
                with once(form, by=by, now=now) as is_first:
                    if is_first:
                        made = reserve(**written, by=by, now=now)
                        said = _bound(made.bound, made.missing, written["engagement"])
            except PotShort as error:
                form = ReserveForm(request.POST, pots=pots, override=True)
                form.is_valid()
                form.add_error("amount", error.message)
            except (NotForThisArea, PotIsOver) as error:
                form.add_error("pot", error.message)
            except EngagementIsOver as error:
                form.add_error("engagement", error.message)
            else:
                say_once(request, is_first, said)
                return redirect("pot", written["pot"].pk)
    else:
        asked = Engagement.objects.filter(reference=request.GET.get("engagement", "")).first()
        only = pots[0].pk if len(pots) == 1 else None
        initial = {"pot": request.GET.get("pot") or only, "engagement": asked}
        form = ReserveForm(initial=initial, pots=pots, override=False)
    return render(
        request,
        "discounts/pots/reserve.html",
        {"form": form, "rows": pot_figures.figures(pots)},
        status=422 if form.errors else 200,
    )


def _bound(bound: Decimal, missing: Decimal, engagement: Engagement) -> str:
    facts = {"amount": show.money(bound), "missing": show.money(missing), "reference": engagement.reference}
    if missing:
        return _("%(amount)s is bound for %(reference)s; %(missing)s is missing. The decision is kept.") % facts
    return _("%(amount)s is bound for %(reference)s.") % facts


@administrators("GET", "POST")
def release_money(request: HttpRequest, pot: int) -> HttpResponse:
    """A form that frees what is bound in a pot; `?engagement=2026-014` fills it in."""
    found = get_object_or_404(Pot, pk=pot)
    bound = bound_in(found)
    engagements = Engagement.objects.filter(pk__in=bound).select_related("organisation").order_by("-reference")
    if request.method == "POST":
        form = ReleaseForm(request.POST, engagements=engagements)
        if form.is_valid():
            engagement, by, now = form.cleaned_data["engagement"], user_of(request), timezone.now()
            before = bound_for([engagement.pk], [found.pk]).get((found.pk, engagement.pk), ZERO)
            try:
                with once(form, by=by, now=now) as is_first:
                    if is_first:
                        release(pot=found, **form.content, by=by, now=now)
            except (NotSoMuchBound, NothingBound) as error:
                form.add_error("amount", error.message)
            else:
                freed = form.cleaned_data["amount"] or before
                words = _("%(amount)s is freed from %(reference)s.")
                said = words % {"amount": show.money(freed), "reference": engagement.reference}
                say_once(request, is_first, said)
                return redirect("pot", found.pk)
    else:
        asked = engagements.filter(reference=request.GET.get("engagement", "")).first()
        form = ReleaseForm(initial={"engagement": asked}, engagements=engagements)
    return render(
        request,
        "discounts/pots/release.html",
        {"pot": found, "form": form, "bound": [(work, bound[work.pk]) for work in engagements]},
        status=422 if form.errors else 200,
    )
