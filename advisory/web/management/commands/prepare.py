"""`manage.py prepare`: bring the database up to date, whatever state it is in."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django_q.models import Schedule

# Jobs by name: dotted function and how many minutes lie between two runs.
JOBS = {
    "heartbeat": ("advisory.kernel.heartbeat.beat", 1),
    "answers to writes": ("advisory.kernel.tasks.forget_old_answers", 1440),
    "bound money": ("billing.discounts.tasks.free_bound_money", 1440),
    "check of the books": ("billing.books.tasks.check_books", 1440),
    "outbox": ("advisory.kernel.outbox.sweep", 2),
    "registers": ("clients.register.tasks.nightly", 1440),
    "retention": ("advisory.web.personal_data.tasks.erase_what_is_due", 1440),
    "renewals": ("billing.discounts.tasks.remind", 1440),
}


class Command(BaseCommand):
    help = "Migrate, make the cache table, and set the schedules. Safe to run at every deploy."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        for name, (function, minutes) in JOBS.items():
            Schedule.objects.update_or_create(
                name=name, defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes}
            )
        Schedule.objects.exclude(name__in=JOBS).delete()
