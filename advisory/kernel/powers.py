"""What a role lets one do, as sentences: the difference between two roles is what a change gains and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from advisory.kernel.users import StaffRole

#: A role's powers are its own and those of the roles before it.
Ladder = Mapping[str, Sequence[StrOrPromise]]

STAFF: Ladder = {
    StaffRole.ADVISOR.value: (
        gettext_lazy("see organisations and engagements"),
        gettext_lazy("log hours and write reports"),
    ),
    StaffRole.ADMINISTRATOR.value: (
        gettext_lazy("set prices and decide discounts"),
        gettext_lazy("issue invoices and close months and years"),
        gettext_lazy("see incomes, the audit log and the outbox"),
        gettext_lazy("invite people and end their access"),
    ),
}


def difference(ladder: Ladder, was: str, becomes: str) -> tuple[list[StrOrPromise], list[StrOrPromise]]:
    """(gained, lost) when a role becomes another."""
    steps = list(ladder)
    here, there = steps.index(was), steps.index(becomes)
    gained = [power for step in steps[here + 1 : there + 1] for power in ladder[step]]
    lost = [power for step in steps[there + 1 : here + 1] for power in ladder[step]]
    return gained, lost


def _option(ladder: Ladder, name: StrOrPromise, was: str, role: str) -> SafeString:
    gained, lost = difference(ladder, was, role)
    what = gettext("can from now on:") if gained else gettext("can no longer:") if lost else gettext("the role today")
    powers = format_html_join(", ", "{}", ((power,) for power in gained or lost))
    return format_html("<b>{}</b> – {} {}", name, what, powers)


_lazy_option = lazy(_option, SafeString)


def choices(ladder: Ladder, names: Mapping[str, StrOrPromise], was: str) -> list[tuple[str, StrOrPromise]]:
    """The roles as options that say what is gained and lost by leaving `was`."""
    return [(role, _lazy_option(ladder, names[role], was, role)) for role in ladder]
