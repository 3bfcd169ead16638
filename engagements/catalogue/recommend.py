"""Recommending tools of the shared catalogue, or advising against them: the only writers of recommendations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.catalogue.models import Recommendation
from engagements.work.models import Engagement
from engagements.work.rights import require_writer


class NotAWebAddress(DomainError):
    """Only http and https lead to the catalogue; anything else could run in the reader's browser."""

    template = _("Write the whole address, with https:// in front.")


class RecommendedAlready(DomainError):
    """One recommendation per tool and engagement."""

    template = _("«%(title)s» has this identifier in this engagement already. Change that recommendation.")


def is_web_address(address: str) -> bool:
    """Whether the address is http or https and names a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@transaction.atomic
def recommend(
    *,
    engagement: Engagement,
    catalogue_id: str,
    title: str,
    url: str,
    reason: str,
    by: User,
    on: date,
    now: datetime,
    version: str = "",
    advised: bool = True,
    recommendation: Recommendation | None = None,
) -> Recommendation:
    """Recommend a tool as the catalogue shows it on the day `on`, or change what was said in `recommendation`.

    `advised` False advises against it. Raises `NotAWebAddress`, `RecommendedAlready`, `NotOnTheTeam`.
    """
    require_writer(by, engagement)
    if not is_web_address(url):
        raise NotAWebAddress
    others = engagement.recommendations.filter(catalogue_id=catalogue_id)
    if recommendation is not None:
        others = others.exclude(pk=recommendation.pk)
    if taken := others.first():
        raise RecommendedAlready(title=taken.title)
    is_new = recommendation is None
    recommendation = recommendation or Recommendation(engagement=engagement, recommended_on=on, recommended_by=by)
    was = {} if is_new else _facts(Recommendation.objects.get(pk=recommendation.pk))
    recommendation.catalogue_id, recommendation.title, recommendation.url = catalogue_id, title, url
    recommendation.version, recommendation.reason, recommendation.advised = version, reason, advised
    recommendation.save()
    changed_from, changed_to = audit.changed(was, _facts(recommendation))
    if changed_to:
        _record("add" if is_new else "change", recommendation, by=by, now=now, before=changed_from, after=changed_to)
    return recommendation


@transaction.atomic
def withdraw(*, recommendation: Recommendation, by: User, now: datetime) -> None:
    """Take a recommendation back; the audit log keeps it. Raises `NotOnTheTeam`."""
    require_writer(by, recommendation.engagement)
    _record("withdraw", recommendation, by=by, now=now, before=_facts(recommendation))
    recommendation.delete()


def _facts(recommendation: Recommendation) -> dict[str, Any]:
    return model_to_dict(recommendation, exclude=["id", "engagement", "recommended_by"])


def _record(verb: str, recommendation: Recommendation, *, by: User, now: datetime, **facts: Any) -> None:
    number = recommendation.engagement.organisation.number
    audit.record(f"recommendation.{verb}", recommendation, by=by, now=now, organisation=number, **facts)
