"""Setting goals, recording results and writing the report's text: the only writers of outcomes and next steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.outcomes.models import Evidence, NextStep, Outcome, OutcomeStatus
from engagements.work.models import Engagement, Phase
from engagements.work.rights import require_writer


class OutcomesSettled(DomainError):
    """A cancelled engagement gets no outcomes."""

    template = _("The engagement was cancelled. Its outcomes stay as they are.")


def _open_for(engagement: Engagement, by: User) -> None:
    require_writer(by, engagement)
    if engagement.phase == Phase.CANCELLED:
        raise OutcomesSettled


def _facts(outcome: Outcome) -> dict[str, Any]:
    return model_to_dict(outcome, exclude=["id", "engagement"])


@transaction.atomic
def record_outcome(
    *,
    engagement: Engagement,
    goal: str,
    by: User,
    now: datetime,
    outcome: Outcome | None = None,
    unit: str = "",
    before: Decimal | None = None,
    target: Decimal | None = None,
    after: Decimal | None = None,
    status: str = OutcomeStatus.PLANNED,
    evidence: str = Evidence.ADVISOR,
    result: str = "",
    measured_on: date | None = None,
) -> Outcome:
    """Write a goal with its measures and its result: a new one, or `outcome` changed. A measure not taken is None.

    Raises `NotOnTheTeam` and `OutcomesSettled`.
    """
    _open_for(engagement, by)
    is_new = outcome is None
    outcome = outcome or Outcome(engagement=engagement, created_at=now)
    was = {} if is_new else _facts(Outcome.objects.select_for_update().get(pk=outcome.pk))
    outcome.goal, outcome.unit, outcome.result = goal, unit, result
    outcome.before, outcome.target, outcome.after = before, target, after
    outcome.status, outcome.evidence, outcome.measured_on = status, evidence, measured_on
    outcome.save()
    changed_from, changed_to = audit.changed(was, _facts(outcome))
    if changed_to:
        audit.record(
            "outcome.add" if is_new else "outcome.change",
            outcome,
            by=by,
            now=now,
            before=changed_from,
            after=changed_to,
            organisation=engagement.organisation.number,
        )
    return outcome


@transaction.atomic
def remove_outcome(*, outcome: Outcome, by: User, now: datetime) -> None:
    """Take a goal away; what it said stays in the audit log. Raises `NotOnTheTeam` and `OutcomesSettled`."""
    _open_for(outcome.engagement, by)
    audit.record(
        "outcome.remove",
        outcome,
        by=by,
        now=now,
        before=_facts(outcome),
        organisation=outcome.engagement.organisation.number,
    )
    outcome.delete()


@transaction.atomic
def write_report(
    *, engagement: Engagement, done: str, next_steps: Sequence[tuple[str, date | None]], by: User, now: datetime
) -> Engagement:
    """Write what was done, in prose, and the organisation's next steps (text and day), in place of those there were.

    Raises `NotOnTheTeam` and `OutcomesSettled`.
    """
    engagement = Engagement.objects.select_for_update(of=("self",), no_key=True).get(pk=engagement.pk)
    _open_for(engagement, by)
    steps = [(text, due) for text, due in next_steps if text]
    before = {"done": engagement.done, "next_steps": _steps_of(engagement)}
    after = {"done": done, "next_steps": [{"text": text, "due": due} for text, due in steps]}
    was, is_now = audit.changed(before, after)
    if "done" in is_now:
        engagement.done = done
        engagement.save(update_fields=["done"])
    if "next_steps" in is_now:
        engagement.next_steps.all().delete()
        NextStep.objects.bulk_create(NextStep(engagement=engagement, text=text, due=due) for text, due in steps)
    if is_now:
        audit.record(
            "engagement.write_report",
            engagement,
            by=by,
            now=now,
            before=was,
            after=is_now,
            organisation=engagement.organisation.number,
        )
    return engagement


def _steps_of(engagement: Engagement) -> list[dict[str, Any]]:
    return [{"text": step.text, "due": step.due} for step in engagement.next_steps.all()]
