"""Pages of the cost base and its rate; administrators only, for salaries lie in the costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.seller import SellerUnknown
from billing.invoicing.billed import latest_billed_day
from billing.selfcost import adopt, base
from billing.selfcost.effect import Effect, effect_of
from billing.selfcost.file_differences import meanwhile, same_names
from billing.selfcost.forms import AdoptForm, SendBackForm
from billing.selfcost.models import CostBase, RateVersion
from billing.selfcost.risk_of_year import years_so_far
from billing.selfcost.rows import Rows, rows_of
from billing.selfcost.sheet import Sheet, State, sheet, state_of
from billing.selfcost.sheet_forms import MORE, RowSet, SheetForms, with_more_rows
from billing.selfcost.sheet_rows import AssetRow, CostRow, SalaryRow
from billing.selfcost.words import Words, words_of
from billing.yearend import fund_ledger
from engagements.work.models import SelfcostService

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class ServiceYears:
    """A service on the overview: the rate in force, the fund, the bases newest first, the year to start on next."""

    service: SelfcostService
    current: RateVersion | None
    words: Words | None
    fund: Decimal
    bases: list[CostBase]
    next_year: int | None


@administrators("GET")
def overview(request: HttpRequest) -> HttpResponse:
    """Services and years, the rate in force and all before it."""
    today = timezone.localdate()
    bases = list(
        CostBase.objects.select_related("rate_version__adopted_by", "made_by").order_by("-year", "-version", "service")
    )
    services = []
    for service in SelfcostService:
        own = [each for each in bases if each.service == service]
        rates = [each.rate_version for each in own if hasattr(each, "rate_version")]
        in_force = [rate for rate in rates if rate.valid_from <= today]
        years = {each.year for each in own}
        current = max(in_force, key=lambda rate: rate.valid_from, default=None)
        services.append(
            ServiceYears(
                service=service,
                current=current,
                words=words_of(current.unit, current.year) if current else None,
                fund=fund_ledger.balance(service),
                bases=own,
                next_year=next((year for year in (today.year, today.year + 1) if year not in years), None),
            )
        )
    about = {"services": services, "today": today, "meters": years_so_far(today), "shows_kroner": True}
    return render(request, "selfcost/overview.html", about)


@administrators("GET", "POST")
def cost_base(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """The newest version of a year: a form while it is written, a sheet afterwards."""
    newest = _newest(year, service)
    if newest is None:
        if request.method == "POST":
            raise Http404
        return _nothing_yet(request, year, service)
    rows = rows_of(newest)
    shown = sheet(newest, rows)
    if shown.state is not State.DRAFT:
        if request.method == "POST":
            raise base.BaseAdopted() if shown.state is State.ADOPTED else base.BaseSubmitted()
        return render(request, "selfcost/sheet.html", _about(shown))
    if request.method == "POST":
        return _write(request, shown, rows)
    return render(request, "selfcost/write.html", _about(shown, SheetForms(newest, rows, shown.fingerprint)))


@administrators("POST")
def cost_base_preview(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """The computed cells of the sheet as it stands in the fields, to be put in their places; saves nothing."""
    found = _required(year, service)
    if state_of(found) is not State.DRAFT:
        raise Http404
    forms = SheetForms(found, rows_of(found), request.POST.get("seen", ""), request.POST)
    return render(request, "selfcost/_computed.html", _about(_as_written(forms), forms, oob=True))


@administrators("GET")
def cost_base_version(request: HttpRequest, year: int, service: str, version: int) -> HttpResponse:
    """An older version, as it is kept."""
    newest = _newest(year, service)
    found = CostBase.objects.filter(year=year, service=service, version=version).first()
    if found is None or newest is None:
        raise Http404
    if found == newest:
        return redirect("cost_base", year, service)
    return render(request, "selfcost/sheet.html", _about(sheet(found), is_older=True))


@administrators("POST")
def start_cost_base(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """A new version: from last year's figures, from the year's newest version, or empty (`copy`)."""
    _must_be_a_page(year, service)
    copy_from = None
    if request.POST.get("copy") == "year_before":
        copy_from = _adopted_before(year, service)
    elif request.POST.get("copy") == "newest":
        copy_from = _newest(year, service)
    try:
        base.draft_cost_base(year=year, service=service, by=user_of(request), now=timezone.now(), copy_from=copy_from)
    except base.DraftExists as error:
        # The button was pressed twice, or somebody else was first: the draft is where both want to go.
        messages.info(request, error.message)
    return redirect("cost_base", year, service)


@administrators("GET", "POST")
def send_back(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """Say what must be changed; the base can be written in again."""
    found = _required(year, service)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        base.send_back_cost_base(
            cost_base=found, reason=form.cleaned_data["reason"], by=user_of(request), now=timezone.now()
        )
        messages.success(request, _("The cost base is sent back. It can be changed again."))
        return redirect("cost_base", year, service)
    status = 422 if form.errors else 200
    return render(request, "selfcost/return.html", {**_place(found), "base": found, "form": form}, status=status)


@administrators("GET", "POST")
def adopt_rate(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """The review before a rate is adopted, and the adoption."""
    found = _required(year, service)
    rows = rows_of(found)
    shown = sheet(found, rows)
    if shown.state is not State.SUBMITTED or shown.result is None:
        return redirect("cost_base", year, service)
    posted = request.POST if request.method == "POST" else None
    form = AdoptForm(posted, initial={"valid_from": _first_free_day(found), "seen": shown.fingerprint})
    day = form.initial["valid_from"]
    if posted is not None:
        day = form.cleaned_data["valid_from"] if form.is_valid() else None
    if posted is not None and day is not None and day.year != found.year:
        form.add_error("valid_from", adopt.OutsideTheYear(year=found.year).message)
    touched = _effect(found, rows, day)
    if posted is not None and posted.get("then") != "preview" and form.is_valid():
        # Nobody adopts blind: the effect of this very day, as it is now, has been on the screen.
        if touched is not None and touched.fingerprint != form.cleaned_data["effect"]:
            form.add_error("valid_from", _("This day changes what unbilled hours cost. Look at it, then adopt."))
        elif _adopted(request, found, form):
            return redirect("cost_base", year, service)
    return render(
        request,
        "selfcost/adopt.html",
        {
            **_about(shown),
            "form": form,
            "effect": touched,
            "day": day,
            "own": user_of(request).pk in (found.made_by_id, found.submitted_by_id),
        },
        status=422 if form.errors else 200,
    )


def _adopted(request: HttpRequest, found: CostBase, form: AdoptForm) -> bool:
    try:
        version = adopt.adopt_rate(
            cost_base=found,
            valid_from=form.cleaned_data["valid_from"],
            seen=form.cleaned_data["seen"],
            by=user_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        form.add_error("valid_from" if isinstance(error, _ABOUT_THE_DAY) else None, error.message)
        return False
    facts = {"rate": show.money(version.rate.amount), "day": show.long_day(version.valid_from)}
    if version.prices_hours:
        messages.success(request, _("The rate is adopted: %(rate)s an hour for work from %(day)s.") % facts)
    else:
        messages.success(request, _("The price is adopted: %(rate)s a seat from %(day)s.") % facts)
    return True


def _effect(found: CostBase, rows: Rows, day: date | None) -> Effect | None:
    """What the rate would change from `day`; None where there is no day, or nobody who could issue."""
    if day is None or day.year != found.year:
        return None
    try:
        return effect_of(found, rows, valid_from=day, on=timezone.localdate())
    except SellerUnknown:
        return None


def _first_free_day(found: CostBase) -> date:
    """The first day of the year that no billed work and no other rate stands in the way of."""
    day = date(found.year, 1, 1)
    billed = latest_billed_day(found.service)
    if billed is not None and billed >= day:
        day = min(billed + timedelta(days=1), date(found.year, 12, 31))
    return day


_ABOUT_THE_DAY = (adopt.OutsideTheYear, adopt.StartTaken, adopt.WorkAlreadyBilled)


def _write(request: HttpRequest, shown: Sheet, rows: Rows) -> HttpResponse:
    then = request.POST.get("then", "")
    if then in ADD_ROWS:
        section = ADD_ROWS[then]
        blank = dict(SheetForms(shown.base, rows, shown.fingerprint).named)[section].empty_form
        data, first = with_more_rows(request.POST, section, blank)
        forms = SheetForms(shown.base, rows, shown.fingerprint, data)
        written = _as_written(forms)
        forms.forget_mistakes()
        forms.begin_at(first)
        return render(request, "selfcost/write.html", _about(written, forms))
    forms = SheetForms(shown.base, rows, shown.fingerprint, request.POST)
    if not forms.is_valid():
        return render(request, "selfcost/write.html", _about(_as_written(forms), forms), status=422)
    by, now = user_of(request), timezone.now()
    try:
        forms.write(by=by, now=now)
    except base.BaseChanged as error:
        return _changed_meanwhile(request, shown, rows, error)
    except DomainError as error:
        forms.refuse(error.message)
        return render(request, "selfcost/write.html", _about(_as_written(forms), forms), status=error.status)
    if then == "submit":
        try:
            base.submit_cost_base(cost_base=shown.base, by=by, now=now)
        except DomainError as error:
            saved = _required(shown.base.year, shown.base.service)
            rows = rows_of(saved)
            forms = SheetForms(saved, rows, base.fingerprint(saved, rows))
            forms.refuse(error.message)
            return render(request, "selfcost/write.html", _about(sheet(saved, rows), forms), status=error.status)
        messages.success(request, _("The cost base is handed over. Another administrator must adopt the rate."))
    return redirect("cost_base", shown.base.year, shown.base.service)


def _changed_meanwhile(request: HttpRequest, shown: Sheet, rows: Rows, error: base.BaseChanged) -> HttpResponse:
    """Somebody saved while this was written: both values side by side, and saving again keeps what was written."""
    data = request.POST.copy()
    data["seen"] = shown.fingerprint
    forms = SheetForms(shown.base, rows, shown.fingerprint, data)
    forms.is_valid()
    for slot, key in same_names(rows, forms).items():
        data[f"{slot}-pk"] = str(key)
    forms = SheetForms(shown.base, rows, shown.fingerprint, data)
    forms.is_valid()
    differing, added = meanwhile(shown.base, rows, forms)
    if not differing and not added:
        return redirect("cost_base", shown.base.year, shown.base.service)
    forms.refuse(error.message)
    more = {"meanwhile": differing, "added_meanwhile": added}
    return render(request, "selfcost/write.html", _about(_as_written(forms), forms, **more), status=error.status)


def _as_written(forms: SheetForms) -> Sheet:
    """The sheet of what stands in the fields."""
    written, rows, slots = forms.unsaved()
    return sheet(written, rows, slots)


#: What a press of «Add rows» adds to, by the value of its button.
ADD_ROWS = {f"rows-{name}": name for name in MORE}


def _about(shown: Sheet, forms: SheetForms | None = None, **more: Any) -> dict[str, Any]:
    base_ = shown.base
    drawn: dict[str, Any] = {}
    if forms is not None:
        drawn["drawn_lines"] = _drawn(forms.lines, shown.rows)
        drawn["drawn_salaries"] = _drawn(forms.salaries, shown.salaries)
        drawn["drawn_assets"] = _drawn(forms.assets, shown.assets)
    mistakes = forms.mistakes() if forms is not None else []
    return {
        **_place(base_),
        **drawn,
        "sheet": shown,
        "base": base_,
        "last_year": base_.year - 1,
        "steps": [_("Costs"), _("Seats") if shown.by_seats else _("Hours"), _("Control"), _("Adopted")],
        "forms": forms,
        "form": forms.figures if forms is not None else None,
        "mistakes": mistakes,
        "left_out": forms.left_out() if forms is not None else 0,
        "has_errors": bool(mistakes),
        "versions": CostBase.objects.filter(year=base_.year, service=base_.service).count(),
        **more,
    }


def _drawn(forms: RowSet, rows: Sequence[CostRow | SalaryRow | AssetRow]) -> list[tuple[Any, Any]]:
    """Each form of a section with what is computed of its row, or None."""
    known = {row.slot: row for row in rows}
    return [(form, known.get(form.prefix)) for form in forms.forms]


def _place(found: CostBase) -> dict[str, Any]:
    service = SelfcostService(found.service)
    return {"year": found.year, "service": service, "crumbs": [(_("Self-cost"), reverse("selfcost"))]}


def _nothing_yet(request: HttpRequest, year: int, service: str) -> HttpResponse:
    return render(
        request,
        "selfcost/empty.html",
        {
            "year": year,
            "service": SelfcostService(service),
            "crumbs": [(_("Self-cost"), reverse("selfcost"))],
            "before": _adopted_before(year, service),
        },
    )


def _must_be_a_page(year: int, service: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR or service not in SelfcostService.values:
        raise Http404


def _newest(year: int, service: str) -> CostBase | None:
    _must_be_a_page(year, service)
    return (
        CostBase.objects.filter(year=year, service=service)
        .select_related("made_by", "submitted_by")
        .order_by("-version")
        .first()
    )


def _required(year: int, service: str) -> CostBase:
    found = _newest(year, service)
    if found is None:
        raise Http404
    return found


def _adopted_before(year: int, service: str) -> CostBase | None:
    """The newest base of an earlier year, adopted ones first."""
    earlier = CostBase.objects.filter(service=service, year__lt=year).order_by("-year", "-version")
    return earlier.exclude(rate_version=None).first() or earlier.first()
