"""Who may write in a cost base, and when: a draft is open, one under control or adopted is not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import Conflict, DomainError, OnlyAdministrators
from advisory.kernel.users import User
from billing.selfcost.models import CostBase, RateVersion


class BaseAdopted(DomainError):
    """The base has become a rate."""

    template = _("This cost base has been adopted and is kept as it is. Make a new version to change the rate.")


class BaseSubmitted(DomainError):
    """The base waits for control."""

    template = _("This cost base waits for control. Send it back before you change it.")


class BaseChanged(Conflict):
    """Somebody saved the base after this page was opened."""

    template = _("Somebody else has changed the cost base since you opened it. Look at the new figures first.")


def must_be_administrator(by: User) -> None:
    """Raise `OnlyAdministrators` for anybody else."""
    if not by.is_administrator:
        raise OnlyAdministrators()


def locked_base(cost_base: CostBase, *, by: User) -> CostBase:
    """The row, held until the transaction ends; refused once a rate was adopted from it."""
    must_be_administrator(by)
    base = CostBase.objects.select_for_update().get(pk=cost_base.pk)
    if RateVersion.objects.filter(cost_base=base).exists():
        raise BaseAdopted()
    return base


def open_base(cost_base: CostBase, *, by: User) -> CostBase:
    """The row, held until the transaction ends, if it can be written in."""
    base = locked_base(cost_base, by=by)
    if base.submitted_at is not None:
        raise BaseSubmitted()
    return base
