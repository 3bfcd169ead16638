"""Starting and changing engagements, and agreeing on their hours. Moving them along is `phases`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.counters import next_number
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from clients.organisations import Organisation, Status
from engagements.work.frame import frame_of
from engagements.work.hours_field import shown
from engagements.work.models import Engagement, FundingArea, Phase, ServiceType
from engagements.work.rights import require_staff, require_writer


class OrganisationInactive(DomainError):
    """No new engagement for an organisation that is not active."""

    template = _("%(organisation)s is not active. Make the organisation active before you start an engagement.")


class PaysForItself(DomainError):
    """The one who is helped must be another than the one who orders and pays."""

    template = _("%(organisation)s orders and pays already. Leave the field empty, or choose who else it is done for.")


class AreaSettled(DomainError):
    """Hours were logged in the engagement's funding area, and hours never change area by a side effect."""

    template = _("Hours are logged in this funding area. Start a new engagement for work in another area.")


class EngagementOver(DomainError):
    """A closed or cancelled engagement is not changed any more."""

    template = _("The engagement is closed and can no longer be changed.")


class FrameBelowUse(DomainError):
    """A frame cannot be agreed below what is already used."""

    template = _("%(used)s hours are used already. Agree on at least as many.")

    def __init__(self, *, used: int) -> None:
        super().__init__(used=shown(used))


def _facts(engagement: Engagement) -> dict[str, Any]:
    return {
        "title": engagement.title,
        "goal": engagement.goal,
        "service_type": engagement.service_type.code,
        "funding_area": engagement.funding_area,
        "minutes_agreed": engagement.minutes_agreed,
        "lead": str(engagement.lead),
        "team": sorted(str(person) for person in engagement.team.all()),
        "their_reference": engagement.their_reference,
        "place": engagement.place,
        "beneficiary": engagement.beneficiary.name if engagement.beneficiary else "",
    }


@transaction.atomic
def start_engagement(
    *,
    organisation: Organisation,
    title: str,
    service_type: ServiceType,
    lead: User,
    by: User,
    on: date,
    now: datetime,
    goal: str = "",
    funding_area: int = FundingArea.ADVICE,
    minutes_agreed: int | None = None,
    team: Iterable[User] = (),
    their_reference: str = "",
    place: str = "",
    beneficiary: Organisation | None = None,
) -> Engagement:
    """A new engagement in phase requested, asked for on the day `on`, with the year's next reference (2026-014).

    `organisation` orders and pays, so that its tier prices the hours; `beneficiary` is who is helped where that is
    another (domain rules 2 g). Raises `OrganisationInactive`, `PaysForItself` and `NotStaff`.
    """
    team = list(team)
    require_staff(by, lead, *team)
    if organisation.status != Status.ACTIVE:
        raise OrganisationInactive(organisation=organisation.name)
    _require_another(organisation, beneficiary)
    engagement = Engagement.objects.create(
        reference=f"{on.year}-{next_number(f'engagement:{on.year}'):03d}",
        organisation=organisation,
        title=title,
        goal=goal,
        service_type=service_type,
        funding_area=funding_area,
        minutes_agreed=minutes_agreed,
        lead=lead,
        requested_on=on,
        their_reference=their_reference,
        place=place,
        beneficiary=beneficiary,
        created_at=now,
    )
    engagement.team.set(team)
    audit.record(
        "engagement.start", engagement, by=by, now=now, after=_facts(engagement), organisation=organisation.number
    )
    return engagement


def _require_another(organisation: Organisation, beneficiary: Organisation | None) -> None:
    if beneficiary is not None and beneficiary.pk == organisation.pk:
        raise PaysForItself(organisation=organisation.name)


def _for_change(engagement: Engagement, by: User) -> Engagement:
    """The engagement's row, held until the transaction ends, once the person may write on it."""
    held = (
        Engagement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "lead", "service_type", "beneficiary")
        .get(pk=engagement.pk)
    )
    require_writer(by, held)
    if held.phase in (Phase.CLOSED, Phase.CANCELLED):
        raise EngagementOver
    return held


@transaction.atomic
def change_engagement(
    *,
    engagement: Engagement,
    title: str,
    goal: str,
    service_type: ServiceType,
    funding_area: int,
    lead: User,
    team: Iterable[User],
    by: User,
    now: datetime,
    their_reference: str = "",
    place: str = "",
    beneficiary: Organisation | None = None,
) -> Engagement:
    """Write what the engagement is about and who works on it; the service type holds for hours logged from now on.

    Raises `NotOnTheTeam`, `NotStaff`, `AreaSettled` (hours are logged), `PaysForItself`, `EngagementOver`.
    """
    engagement = _for_change(engagement, by)
    team = list(team)
    newcomers = {lead, *team} - {engagement.lead, *engagement.team.all()}
    require_staff(*newcomers)
    if funding_area != engagement.funding_area and engagement.time_entries.exists():
        raise AreaSettled
    _require_another(engagement.organisation, beneficiary)
    before = _facts(engagement)
    changes = {
        "title": title,
        "goal": goal,
        "service_type": service_type,
        "funding_area": funding_area,
        "lead": lead,
        "their_reference": their_reference,
        "place": place,
        "beneficiary": beneficiary,
    }
    for name, value in changes.items():
        setattr(engagement, name, value)
    engagement.save(update_fields=list(changes))
    engagement.team.set(team)
    _record("engagement.change", engagement, before, by=by, now=now)
    return engagement


@transaction.atomic
def agree_hours(*, engagement: Engagement, minutes: int | None, reason: str, by: User, now: datetime) -> Engagement:
    """Agree on a frame of `minutes` (None = none); `reason` says who consented, and stays in the audit log.

    Raises `FrameBelowUse` for less than is used, `NotOnTheTeam`, `EngagementOver`.
    """
    engagement = _for_change(engagement, by)
    used = frame_of(engagement).used
    if minutes is not None and minutes < used:
        raise FrameBelowUse(used=used)
    before = _facts(engagement)
    engagement.minutes_agreed = minutes
    engagement.save(update_fields=["minutes_agreed"])
    _record("engagement.agree_hours", engagement, before, by=by, now=now, reason=reason)
    return engagement


def _record(
    action: str, engagement: Engagement, before: dict[str, Any], *, by: User, now: datetime, reason: str = ""
) -> None:
    was, is_now = audit.changed(before, _facts(engagement))
    if is_now:
        audit.record(
            action,
            engagement,
            by=by,
            now=now,
            before=was,
            after=is_now,
            reason=reason,
            organisation=engagement.organisation.number,
        )
