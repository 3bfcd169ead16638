"""The whole demo, in one transaction and in a fixed order."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import translation
from django_q.models import OrmQ

from advisory.web.demo.accounts import keep_accounts
from advisory.web.demo.discounts import give_discounts
from advisory.web.demo.engagements import plan_engagements, store_engagements
from advisory.web.demo.hours import log_hours, mark_weeks, store_hours
from advisory.web.demo.house import open_house
from advisory.web.demo.invoices import run_the_year
from advisory.web.demo.joint import order_together
from advisory.web.demo.official import write_official_rates
from advisory.web.demo.organisations import found_organisations
from advisory.web.demo.people import let_members_in, let_staff_in
from advisory.web.demo.registers import ask_registers
from advisory.web.demo.results import record_results
from advisory.web.demo.selfcost import next_base, set_rates
from advisory.web.demo.wishes import Wishes
from clients.models import Organisation


class NotEmpty(Exception):
    """The database has organisations already: a demo is never mixed with them."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """All rows stay alive to the end, so looking for garbage among them only takes time: two fifths of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@transaction.atomic
def build(wishes: Wishes) -> None:
    """Fill an empty database with the demo. Raises `NotEmpty`."""
    if Organisation.objects.exists():
        raise NotEmpty
    queued = set(OrmQ.objects.values_list("pk", flat=True))
    with translation.override("nb"), _uncollected():
        staff = let_staff_in(wishes)
        house = open_house(staff, wishes)
        organisations = found_organisations(staff, wishes)
        ask_registers(organisations, wishes)
        plans = plan_engagements(organisations, house, staff, wishes)
        entries = log_hours(plans, house, staff, wishes)
        store_engagements(plans, staff, wishes)
        store_hours(entries)
        mark_weeks(entries, wishes.as_of)
        record_results(plans, wishes)
        write_official_rates(staff, wishes)
        set_rates(staff, wishes)
        let_members_in(organisations, staff, wishes)
        give_discounts(organisations, entries, staff, wishes)
        run_the_year(organisations, staff, wishes, [*next_base(staff, wishes), *keep_accounts(staff, wishes)])
        order_together(organisations, house, staff, wishes)
        # What was queued is told as done already: the worker starts without work.
        OrmQ.objects.exclude(pk__in=queued).delete()
