"""The world of the access walk with a row of everything else there is, and hostile text in all of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from advisory.kernel import texts
from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.idempotency import IdempotentAnswer
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.texts import MessageText
from advisory.kernel.users import User
from billing.books import check
from billing.discounts.hardship import refuse_hardship
from billing.invoicing.credit import credit
from billing.models import Pot
from billing.official_rates.tables import set_on_costs
from billing.yearend.closing import close_year
from billing.yearend.fund_ledger import correct
from billing.yearend.mapping import remember
from clients import register
from clients.models import Organisation, RegisterAnswer
from clients.register.models import Register
from engagements.models import NextStep
from tests import builders
from tests.access.world import World, build
from tests.billing.selfcost.sheets import whole_base
from tests.billing.yearend.memo_year import accounts, cost
from tests.builders import NOW
from tests.security.canaries import canary, hostile

#: While the hostile world is walked: three days after everything in it was made.
TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "310000078"


def build_hostile() -> World:
    """Everybody's world, with canaries in every text of every model."""
    with hostile():
        world = build()
        administrator = world.people["administrator"]
        _more(world, administrator)
    return world


def _more(world: World, administrator: User) -> None:
    """A row of what the access walk does without."""
    _registered(world.own.organisation)
    builders.on_costs(by=administrator)
    zones = [("I", Decimal("14.10")), (canary("billing.LevyZone.code"), Decimal(5))]
    set_on_costs(valid_from=date(2026, 7, 1), facts=builders.ON_COSTS, zones=zones, by=administrator, now=NOW)
    whole_base(by=administrator)
    Pot.objects.update(starts=date(2025, 1, 1))
    builders.entry(world.own.engagement, 30, date(2025, 11, 3), billable=False)
    closed = accounts(2025, by=administrator, submitted_by=administrator)
    cost(closed, "1000.00", "advice")
    close_year(accounting_year=closed, by=builders.administrator(), now=TODAY)
    correct(service="advice", origin=2025, amount=Decimal("1.00"), reason="Glemt", by=administrator, now=TODAY)
    remember({"5000": ("Lønn", "advice")}, by=administrator, now=NOW)
    NextStep.objects.create(engagement=world.own.engagement, text="Velge", due=date(2027, 1, 1))
    other = world.foreign
    refuse_hardship(
        request=other.things["hardship"], reason=canary("billing.HardshipRequest.refusal"), by=builders.administrator(),
        now=NOW,
    )  # fmt: skip
    reason = canary("billing.Invoice.reason")
    credit(invoice=other.things["invoice"], reason=reason, release_hours=True, by=administrator, now=NOW)
    person = world.own.owner
    ApiToken.objects.create(
        user=person, name="Regnskap", digest="0" * 64, created_at=NOW, expires_at=NOW + timedelta(days=90)
    )
    IdempotentAnswer.objects.create(user=person, key="k", request="0" * 64, status=201, body="{}", at=NOW)
    for kind in texts.kinds():
        MessageText.objects.create(key=kind.key, language="nn", changed_at=NOW, changed_by=administrator)
    OutboundMessage.objects.filter(pk=world.own.things["message"].pk).update(
        last_error=canary("kernel.OutboundMessage.last_error")
    )
    check.run(TODAY)


def _registered(organisation: Organisation) -> None:
    """The organisation as two registers know it, with hostile text in every text of their answers."""
    Organisation.objects.filter(pk=organisation.pk).update(organisation_number=NUMBER)
    answers = json.loads((Path(register.__file__).parent / "recorded" / f"{NUMBER}.json").read_text())
    said = canary("clients.RegisterAnswer.data")
    for which in Register:
        RegisterAnswer.objects.create(
            organisation_number=NUMBER, register=which, status="found", data=_said(answers[which], said), fetched_at=NOW
        )


def _said(data: Any, text: str) -> Any:
    """The answer with each of its texts replaced; keys and figures stay."""
    if isinstance(data, dict):
        return {key: _said(value, text) for key, value in data.items()}
    if isinstance(data, list):
        return [_said(value, text) for value in data]
    return text if isinstance(data, str) and not data[:4].isdigit() else data
