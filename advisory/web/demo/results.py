"""What came of the engagements: goals with their measures, the report's text, next steps, recommended tools."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

from advisory.kernel import audit
from advisory.web.demo.engagements import Planned
from advisory.web.demo.stories import Aim
from advisory.web.demo.wishes import Wishes, at, workday_before
from engagements.models import Engagement, NextStep, Outcome, Recommendation
from engagements.outcomes.models import Evidence, OutcomeStatus
from engagements.work.models import Phase

CATALOGUE = "https://katalog.example/"
#: How it went, in turn.
_STATUSES = (
    OutcomeStatus.ACHIEVED, OutcomeStatus.PARTLY, OutcomeStatus.ACHIEVED, OutcomeStatus.NOT_ACHIEVED,
    OutcomeStatus.ACHIEVED, OutcomeStatus.UNKNOWN, OutcomeStatus.PARTLY, OutcomeStatus.ACHIEVED,
    OutcomeStatus.ABANDONED, OutcomeStatus.ACHIEVED,
)  # fmt: skip
_RESULTS = {
    OutcomeStatus.PARTLY: "Et godt stykke på vei. Resten venter på styrevedtak.",
    OutcomeStatus.NOT_ACHIEVED: "Det tok lengre tid enn vi trodde, og laget prøver på nytt til høsten.",
    OutcomeStatus.ABANDONED: "Styret valgte å bruke kreftene på noe annet.",
    OutcomeStatus.UNKNOWN: "Ikke målt ennå.",
}


def record_results(plans: Sequence[Planned], wishes: Wishes) -> None:
    """Outcomes, reports, next steps and recommendations for engagements that have come so far."""
    dice = wishes.dice("results")
    statuses, evidences = cycle(_STATUSES), cycle(Evidence)
    outcomes: list[Outcome] = []
    steps: list[NextStep] = []
    tools: list[Recommendation] = []
    reports: list[Engagement] = []
    for plan in plans:
        one = plan.engagement
        if one.phase in (Phase.REQUESTED, Phase.CANCELLED):
            continue
        outcomes += _outcomes(plan, statuses, evidences, dice)
        if one.phase in (Phase.COMPLETED, Phase.CLOSED):
            one.done = dice.choice(plan.story.done)
            reports.append(one)
            steps += [
                NextStep(engagement=one, text=text, due=plan.last + timedelta(days=30 * (place + 1)))
                for place, text in enumerate(plan.story.steps[: dice.randrange(1, 4)])
            ]
        elif plan.showcase:
            one.done = plan.story.done[0]
            reports.append(one)
            steps.append(NextStep(engagement=one, text=plan.story.steps[0], due=wishes.as_of + timedelta(days=17)))
        if one.phase in (Phase.ACTIVE, Phase.COMPLETED, Phase.CLOSED):
            tools += _tools(plan, dice)
    Outcome.objects.bulk_create(outcomes, batch_size=1000)
    NextStep.objects.bulk_create(steps, batch_size=1000)
    Recommendation.objects.bulk_create(tools, batch_size=1000)
    Engagement.objects.bulk_update(reports, ["done"], batch_size=200)
    _log(plans, outcomes, tools, reports)


def _outcomes(
    plan: Planned, statuses: Iterator[OutcomeStatus], evidences: Iterator[Evidence], dice: random.Random
) -> Iterator[Outcome]:
    over = plan.engagement.phase in (Phase.COMPLETED, Phase.CLOSED)
    many = 2 if dice.random() < 0.4 else 1
    for aim in plan.story.aims[:2] if plan.showcase else dice.sample(plan.story.aims, many):
        status = next(statuses) if over else OutcomeStatus.PLANNED
        yield Outcome(
            engagement=plan.engagement,
            goal=aim.goal,
            unit=aim.unit,
            before=Decimal(aim.before) if plan.engagement.phase != Phase.AGREED else None,
            target=Decimal(aim.target),
            after=_after(aim, status),
            status=status,
            evidence=next(evidences) if over else Evidence.ADVISOR,
            result=_RESULTS.get(status, aim.result) if over else "",
            measured_on=plan.last if over else None,
            created_at=at(plan.agreed_on, 12, 40),
        )


def _after(aim: Aim, status: OutcomeStatus) -> Decimal | None:
    before, after = Decimal(aim.before), Decimal(aim.after)
    if status == OutcomeStatus.ACHIEVED:
        return after
    if status == OutcomeStatus.PARTLY:
        return (before + after) // 2
    return before if status == OutcomeStatus.NOT_ACHIEVED else None


def _tools(plan: Planned, dice: random.Random) -> Iterator[Recommendation]:
    tools = plan.story.tools[:2] if plan.showcase else dice.sample(plan.story.tools, min(2, len(plan.story.tools)))
    for identifier, title, version, reason in tools:
        yield Recommendation(
            engagement=plan.engagement,
            catalogue_id=identifier,
            title=title,
            url=f"{CATALOGUE}{identifier}/",
            version=version,
            reason=reason,
            advised="Frarådes" not in reason and "For stort" not in reason,
            recommended_on=workday_before(plan.first + (plan.last - plan.first) // 2),
            recommended_by=plan.people[0],
        )


def _log(
    plans: Sequence[Planned], outcomes: list[Outcome], tools: list[Recommendation], reports: list[Engagement]
) -> None:
    by = {plan.engagement.pk: plan for plan in plans}
    events = []
    for outcome in outcomes:
        plan = by[outcome.engagement_id]
        events.append(_event("outcome.add", outcome, plan, outcome.created_at, {"goal": outcome.goal}))
        if outcome.measured_on:
            after = {"status": outcome.status, "after": outcome.after, "evidence": outcome.evidence}
            events.append(_event("outcome.change", outcome, plan, at(outcome.measured_on, 15, 30), after))
    for tool in tools:
        plan = by[tool.engagement_id]
        facts = {"title": tool.title, "advised": tool.advised}
        events.append(_event("recommendation.add", tool, plan, at(tool.recommended_on, 14), facts))
    for report in reports:
        plan = by[report.pk]
        events.append(_event("engagement.write_report", report, plan, at(plan.last, 15), {"done": report.done}))
    audit.record_all(sorted(events, key=lambda event: event.at))


def _event(
    action: str, obj: Outcome | Recommendation | Engagement, plan: Planned, now: object, after: Mapping[str, object]
) -> audit.AuditEvent:
    number = plan.engagement.organisation.number
    return audit.event(action, obj, by=plan.people[0], now=now, after=after, organisation=number)
