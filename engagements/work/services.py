"""What hours are priced and counted as: service types with their VAT treatment, and internal activities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, show
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.work.models import Activity, HourHold, ServiceType, VatCategory, VatTreatment


class NameTaken(DomainError):
    """Two activities, or two service types, cannot share a name or code."""

    template = _("«%(name)s» exists already. Choose another name.")


class TreatmentTooEarly(DomainError):
    """A new VAT treatment would reach back over what is decided or billed already."""

    template = _("Choose a day after %(day)s: work until then is settled.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class PercentDoesNotFit(DomainError):
    """VAT that is charged has a percentage, an exemption has none."""

    template = _("Where VAT is charged, the percentage is above 0 and at most 100. Exempt work has 0.")


@transaction.atomic
def add_service_type(
    *,
    code: str,
    name_nb: str,
    name_nn: str,
    name_en: str,
    service: str,
    category: str,
    percent: Decimal,
    reason: str,
    valid_from: date,
    by: User,
    now: datetime,
) -> ServiceType:
    """A new service type with its first VAT treatment. Raises `NameTaken` and `PercentDoesNotFit`."""
    if ServiceType.objects.filter(code=code).exists():
        raise NameTaken(name=code)
    kind = ServiceType.objects.create(code=code, name_nb=name_nb, name_nn=name_nn, name_en=name_en, service=service)
    audit.record("service_type.add", kind, by=by, now=now, after=_facts(kind))
    set_vat_treatment(
        service_type=kind, valid_from=valid_from, category=category, percent=percent, reason=reason, by=by, now=now
    )
    return kind


@transaction.atomic
def change_service_type(
    *, service_type: ServiceType, name_nb: str, name_nn: str, name_en: str, active: bool, by: User, now: datetime
) -> ServiceType:
    """Rename a service type, or take it out of use. What it is priced as never changes."""
    before = _facts(service_type)
    service_type.name_nb, service_type.name_nn, service_type.name_en = name_nb, name_nn, name_en
    service_type.active = active
    service_type.save(update_fields=["name_nb", "name_nn", "name_en", "active"])
    was, is_now = audit.changed(before, _facts(service_type))
    if is_now:
        audit.record("service_type.change", service_type, by=by, now=now, before=was, after=is_now)
    return service_type


@transaction.atomic
def set_vat_treatment(
    *,
    service_type: ServiceType,
    valid_from: date,
    category: str,
    percent: Decimal,
    reason: str,
    by: User,
    now: datetime,
) -> VatTreatment:
    """How the service type is taxed from `valid_from` on (merverdiavgiftsloven); the earlier treatment ends there.

    Raises `TreatmentTooEarly` unless the day is after the latest treatment and the latest held hour of this type,
    and `PercentDoesNotFit`.
    """
    if (category == VatCategory.STANDARD) != (percent > 0) or percent > 100:
        raise PercentDoesNotFit
    latest = service_type.vat_treatments.order_by("-valid_from").values_list("valid_from", flat=True).first()
    held = (
        HourHold.objects.filter(entry__service_type=service_type)
        .order_by("-entry__day")
        .values_list("entry__day", flat=True)
        .first()
    )
    settled = max((day for day in (latest, held) if day), default=None)
    if settled is not None and valid_from <= settled:
        raise TreatmentTooEarly(day=settled)
    treatment = VatTreatment.objects.create(
        service_type=service_type, valid_from=valid_from, category=category, percent=percent, reason=reason
    )
    audit.record(
        "vat_treatment.set",
        treatment,
        by=by,
        now=now,
        after={"valid_from": valid_from, "category": category, "percent": percent},
        reason=reason,
    )
    return treatment


@transaction.atomic
def add_activity(*, name: str, funding_area: int, by: User, now: datetime) -> Activity:
    """A new internal activity in its funding area. Raises `NameTaken`."""
    if Activity.objects.filter(name__iexact=name).exists():
        raise NameTaken(name=name)
    activity = Activity.objects.create(name=name, funding_area=funding_area)
    audit.record("activity.add", activity, by=by, now=now, after={"name": name, "funding_area": funding_area})
    return activity


@transaction.atomic
def change_activity(*, activity: Activity, name: str, active: bool, by: User, now: datetime) -> Activity:
    """Rename an activity, or take it out of use; its funding area stays, for its hours have it. Raises `NameTaken`."""
    if Activity.objects.filter(name__iexact=name).exclude(pk=activity.pk).exists():
        raise NameTaken(name=name)
    before = {"name": activity.name, "active": activity.active}
    activity.name, activity.active = name, active
    activity.save(update_fields=["name", "active"])
    was, is_now = audit.changed(before, {"name": name, "active": active})
    if is_now:
        audit.record("activity.change", activity, by=by, now=now, before=was, after=is_now)
    return activity


def taxed_on(day: date) -> list[tuple[ServiceType, VatTreatment | None]]:
    """All service types, those in use first, each with its VAT treatment of the day; in two queries."""
    treatments = Prefetch("vat_treatments", queryset=VatTreatment.objects.order_by("-valid_from"))
    return [
        (kind, next((found for found in kind.vat_treatments.all() if found.valid_from <= day), None))
        for kind in ServiceType.objects.order_by("-active", "name_nb").prefetch_related(treatments)
    ]


def _facts(kind: ServiceType) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name_nb": kind.name_nb,
        "name_nn": kind.name_nn,
        "name_en": kind.name_en,
        "service": kind.service,
        "active": kind.active,
    }
