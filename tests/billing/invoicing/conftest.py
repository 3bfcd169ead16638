"""What tests of invoicing share: an administrator, the pot with all that prices need, and the memo's customer."""

from __future__ import annotations

import pytest

from advisory.kernel.users import User
from billing.models import Pot
from clients.models import Organisation
from tests import builders as b


@pytest.fixture
def administrator(db: None) -> User:
    return b.administrator()


@pytest.fixture
def pot(administrator: User) -> Pot:
    b.seller()
    b.rate()
    b.tier_table()
    return b.pot("250000.00", by=administrator)


@pytest.fixture
def choir(pot: Pot) -> Organisation:
    """The memo's customer (domain rules, example 1): 12.5, 7.25 and 1.75 hours in tier 2."""
    org = b.organisation()
    b.decision(org, "T2")
    lead = b.advisor()
    for code, name, minutes in (
        ("strategy", "Digital strategi", 750),
        ("procurement", "Anskaffelsesbistand", 435),
        ("questions", "Spørsmål og svar", 105),
    ):
        kind = b.service_type(code, name_nb=name)
        b.entry(b.engagement(org, lead, title=name, service_type=kind), minutes, text=f"Arbeid: {name}")
    return org
