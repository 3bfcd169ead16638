"""The month end of a small house: prices adopted, a pot, the memo's customer, and people at the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice, InvoiceDraft
from clients.models import Organisation
from tests import builders as b

OCTOBER_END = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """It is Friday 20 November 2026."""
    with time_machine.travel(b.NOW, tick=False):
        yield


@pytest.fixture
def office(administrator: User) -> Client:
    """An administrator's browser."""
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def drafts(choir: Organisation, administrator: User) -> list[InvoiceDraft]:
    return gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)


@pytest.fixture
def invoice(drafts: list[InvoiceDraft], administrator: User) -> Invoice:
    return issue({draft.pk: None for draft in drafts}, by=administrator, now=b.NOW).invoices[0]


def customer(name: str, minutes: int = 60, *, tier: str = "T2", **fields: object) -> Organisation:
    """Another organisation with one hour of October, and perhaps a tier."""
    org = b.organisation(name, **fields)
    if tier:
        b.decision(org, tier)
    b.entry(b.engagement(org, b.advisor()), minutes)
    return org
