"""Joint orders: several organisations order together, and a key splits every hour between them (domain rules 2 g).

Each has an engagement of its own, so that its part is an ordinary hour: own tier, own invoice, own portal. Logging
on a joint order is `joint_hours`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.counters import next_number
from advisory.kernel.errors import DomainError
from advisory.kernel.money import split
from advisory.kernel.users import User
from clients.organisations import Organisation
from engagements.work.models import Engagement, JointOrder, JointShare, Phase, ServiceType
from engagements.work.phases import move
from engagements.work.rights import require_writer
from engagements.work.start import start_engagement

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation in a joint order; `part` is out of the sum of all parts, whatever that is."""

    organisation: Organisation
    part: Decimal


class TooFewParties(DomainError):
    """One organisation alone has an ordinary engagement."""

    template = _("A joint order has at least two organisations. Add one, or start an ordinary engagement.")


class PartyTwice(DomainError):
    """An organisation has one part of a joint order."""

    template = _("%(organisation)s stands there twice. Write it once, with all of its part.")


class JointOrderClosed(DomainError):
    """A closed joint order takes no hours, and its hours and key stay as they are."""

    template = _("The joint order is closed. Open it again first.")


def shares_of(order: JointOrder) -> list[JointShare]:
    """The organisations' shares in the order in which minutes are split, with engagement and organisation."""
    return list(
        order.shares.select_related(
            "engagement__organisation", "engagement__lead", "engagement__service_type"
        ).order_by("pk")
    )


def locked(order: JointOrder) -> JointOrder:
    """The order's row, held until the transaction ends."""
    return JointOrder.objects.select_for_update(no_key=True).get(pk=order.pk)


def require_open(order: JointOrder) -> None:
    """Raise `JointOrderClosed` for a closed one."""
    if order.closed:
        raise JointOrderClosed


def require_all_writers(by: User, shares: Iterable[JointShare]) -> None:
    """Raise `NotOnTheTeam` unless the person may write on every engagement of the order."""
    for share in shares:
        require_writer(by, share.engagement)


@transaction.atomic
def make_joint_order(
    *,
    title: str,
    parties: Sequence[Party],
    service_type: ServiceType,
    lead: User,
    by: User,
    on: date,
    now: datetime,
    minutes_agreed: int | None = None,
    team: Iterable[User] = (),
) -> JointOrder:
    """A joint order with the year's next reference (F2026-003), and a requested engagement for every party.

    `minutes_agreed` are split by the key like every hour. Raises `TooFewParties`, `PartyTwice`, and what
    `start_engagement` raises.
    """
    _require_parties(parties)
    team = list(team)
    order = JointOrder.objects.create(
        reference=f"F{on.year}-{next_number(f'joint:{on.year}'):03d}", title=title, created_at=now, created_by=by
    )
    agreed: Sequence[int | None] = (
        [None] * len(parties) if minutes_agreed is None else split(minutes_agreed, [party.part for party in parties])
    )
    for party, minutes in zip(parties, agreed, strict=True):
        engagement = start_engagement(
            organisation=party.organisation,
            title=title,
            service_type=service_type,
            lead=lead,
            team=team,
            minutes_agreed=minutes,
            by=by,
            on=on,
            now=now,
        )
        JointShare.objects.create(joint_order=order, engagement=engagement, part=party.part)
    audit.record("joint_order.make", order, by=by, now=now, after=_facts(order))
    return order


@transaction.atomic
def change_parts(*, order: JointOrder, parties: Sequence[Party], by: User, on: date, now: datetime) -> JointOrder:
    """The key from now on; hours that are logged keep the one they were split by.

    A newcomer gets an engagement like the others', without agreed hours. One who is left out keeps its engagement
    and its hours, and takes no part in new ones. Raises `TooFewParties`, `PartyTwice`, `JointOrderClosed`,
    `NotOnTheTeam`, and what `start_engagement` raises.
    """
    _require_parties(parties)
    order = locked(order)
    require_open(order)
    shares = shares_of(order)
    require_all_writers(by, shares)
    before = _facts(order)
    standing = {share.engagement.organisation_id: share for share in shares}
    wanted = {party.organisation.pk: party for party in parties}
    for organisation, share in standing.items():
        if organisation not in wanted:
            share.delete()
        elif share.part != wanted[organisation].part:
            share.part = wanted[organisation].part
            share.save(update_fields=["part"])
    model = shares[0].engagement
    for party in parties:
        if party.organisation.pk not in standing:
            engagement = start_engagement(
                organisation=party.organisation,
                title=order.title,
                service_type=model.service_type,
                lead=model.lead,
                team=model.team.all(),
                by=by,
                on=on,
                now=now,
            )
            JointShare.objects.create(joint_order=order, engagement=engagement, part=party.part)
    after = _facts(order)
    if after != before:
        audit.record("joint_order.change_parts", order, by=by, now=now, before=before, after=after)
    return order


@transaction.atomic
def agree_all(*, order: JointOrder, by: User, on: date, now: datetime) -> int:
    """Mark the engagements that are still only requested as agreed. How many they were.

    Raises `JointOrderClosed` and `NotOnTheTeam`.
    """
    order = locked(order)
    require_open(order)
    requested = [share for share in shares_of(order) if share.engagement.phase == Phase.REQUESTED]
    for share in requested:
        move(engagement=share.engagement, to=Phase.AGREED, by=by, on=on, now=now)
    return len(requested)


@transaction.atomic
def close_joint_order(*, order: JointOrder, closed: bool, by: User, now: datetime) -> JointOrder:
    """Close the order for hours, or open it again. Its engagements go on by themselves. Raises `NotOnTheTeam`."""
    order = locked(order)
    require_all_writers(by, shares_of(order))
    if order.closed != closed:
        order.closed = closed
        order.save(update_fields=["closed"])
        action = "joint_order.close" if closed else "joint_order.open"
        audit.record(action, order, by=by, now=now, before={"closed": not closed}, after={"closed": closed})
    return order


def _require_parties(parties: Sequence[Party]) -> None:
    if len(parties) < FEWEST:
        raise TooFewParties
    seen: set[int] = set()
    for party in parties:
        if party.organisation.pk in seen:
            raise PartyTwice(organisation=party.organisation.name)
        seen.add(party.organisation.pk)


def _facts(order: JointOrder) -> dict[str, Any]:
    return {
        "title": order.title,
        "parts": {share.engagement.reference: str(share.part) for share in shares_of(order)},
    }


def part_of(engagement: Engagement) -> tuple[Decimal, Decimal] | None:
    """The engagement's part of its open joint order, and the sum of all parts; None where it belongs to none."""
    own = JointShare.objects.filter(engagement=engagement, joint_order__closed=False).first()
    if own is None:
        return None
    parts = JointShare.objects.filter(joint_order=own.joint_order_id).values_list("part", flat=True)
    return own.part, sum(parts, Decimal(0))
