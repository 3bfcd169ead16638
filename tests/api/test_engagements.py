"""Engagements, hours, goals and tools through the API: the verbs of the pages, and what members see of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from clients.models import Organisation
from clients.register.models import AnswerStatus, Register, RegisterAnswer
from engagements.models import Engagement, HourHold, Outcome, Recommendation, TimeEntry
from tests import builders
from tests.api.asking import Asker, fields, problem
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return builders.advisor()


@pytest.fixture
def ask(lead: User) -> Asker:
    return Asker(lead)


@pytest.fixture
def org() -> Organisation:
    return builders.organisation(organisation_number="974760673")


def _json(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


# --- Engagements


def test_an_engagement_goes_from_request_to_closed(ask: Asker, lead: User, org: Organisation) -> None:
    kind, colleague = builders.service_type(), builders.advisor()
    sent = {
        "organisation": org.number, "title": "Medlemssystem", "goal": "Velge", "service_type": kind.code,
        "minutes_agreed": 750, "team": [colleague.email],
    }  # fmt: skip
    made = _json(ask("POST", "engagements/", sent), 201)
    assert (made["phase"], made["lead"], made["team"]) == ("requested", lead.email, [colleague.email])
    path = f"engagements/{made['reference']}/"
    assert _json(ask("PATCH", path, {"place": "Bergen"})) == made | {"place": "Bergen"}
    assert (
        _json(ask("POST", f"{path}agreement/", {"minutes": 900, "reason": "Styret, 5. november"}))["minutes_agreed"]
        == 900
    )
    for phase in ("agreed", "active", "completed", "closed"):
        assert _json(ask("POST", f"{path}phase/", {"to": phase}))["phase"] == phase
    found = problem(ask("PATCH", path, {"place": "Oslo"}), 422)
    assert found["type"] == "urn:selvkost:problem:engagement-over"
    events = list(
        AuditEvent.objects.filter(action__startswith="engagement.").order_by("pk").values_list("action", flat=True)
    )
    assert events == [
        "engagement.start", "engagement.change", "engagement.agree_hours", "engagement.agreed", "engagement.active",
        "engagement.completed", "engagement.closed",
    ]  # fmt: skip


def test_refusals_of_the_verbs_are_named_at_their_fields(ask: Asker, lead: User, org: Organisation) -> None:
    found = builders.engagement(org, lead)
    builders.entry(found, 90)
    path = f"engagements/{found.reference}/"
    assert fields(problem(ask("POST", f"{path}agreement/", {"minutes": 30, "reason": "x"}), 422)) == ["minutes"]
    assert fields(problem(ask("POST", f"{path}phase/", {"to": "cancelled"}), 422)) == ["reason"]
    assert fields(problem(ask("PATCH", path, {"funding_area": 1}), 422)) == ["funding_area"]
    assert fields(problem(ask("PATCH", path, {"beneficiary": org.number}), 422)) == ["beneficiary"]
    problem(ask("POST", f"{path}phase/", {"to": "completed", "seen": "agreed"}), 409)
    problem(ask("POST", f"{path}phase/", {"to": "agreed"}), 422)
    stranger = Asker(builders.advisor())
    assert lead.name in problem(stranger("PATCH", path, {"place": "Oslo"}), 403)["detail"]


def test_a_warning_of_a_register_is_answered_before_an_engagement_is_made(ask: Asker, org: Organisation) -> None:
    RegisterAnswer.objects.create(
        register=Register.ENTITIES, organisation_number=org.organisation_number, status=AnswerStatus.FOUND,
        data={"konkurs": True}, fetched_at=NOW,
    )  # fmt: skip
    sent: dict[str, Any] = {"organisation": org.number, "title": "Hjelp", "service_type": builders.service_type().code}
    assert fields(problem(ask("POST", "engagements/", sent), 409)) == ["despite_warning"]
    assert not Engagement.objects.exists()
    assert ask("POST", "engagements/", sent | {"despite_warning": True}).status_code == 201


def test_the_report_is_written_with_its_next_steps(ask: Asker, lead: User, org: Organisation) -> None:
    found = builders.engagement(org, lead)
    steps = [{"text": "Velg system", "due": "2026-12-01"}, {"text": "Flytt medlemmene", "due": None}]
    written = _json(ask("POST", f"engagements/{found.reference}/report/", {"done": "Vi så.", "next_steps": steps}))
    assert (written["done"], written["next_steps"]) == ("Vi så.", steps)


def test_members_read_their_own_engagements_without_what_is_staffs(ask: Asker, lead: User, org: Organisation) -> None:
    mine, other = builders.engagement(org, lead), builders.engagement(builders.organisation(), lead)
    builders.entry(mine, 90)
    reader = Asker(builders.member(org, "reader"))
    [row] = _json(reader.get("engagements/"))["results"]
    assert (row["reference"], row["minutes_used"]) == (mine.reference, 90)
    hidden = ("lead", "lead_name", "team", "funding_area", "minutes_billed", "cancel_reason")
    assert [row[name] for name in hidden] == [None] * len(hidden)
    assert lead.email not in str(row)
    problem(reader.get(f"engagements/{other.reference}/"), 404)
    # What is not shown cannot be asked for either.
    assert _json(reader.get(f"engagements/?lead={lead.email}"))["results"] == []
    assert len(_json(ask.get(f"engagements/?lead={lead.email}"))["results"]) == 2


# --- Hours


def test_hours_are_logged_changed_and_removed(ask: Asker, lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    sent = {"engagement": work.reference, "day": "2026-11-20", "minutes": 90, "text": "Møte"}
    made = _json(ask("POST", "time-entries/", sent), 201)
    assert (made["advisor"], made["billing"], made["organisation"]) == (lead.email, "unbilled", org.number)
    path = f"time-entries/{made['id']}/"
    changed = _json(ask("PATCH", path, {"minutes": 120, "version": made["version"]}))
    assert (changed["minutes"], changed["text"], changed["version"]) == (120, "Møte", 2)
    problem(ask("PATCH", path, {"minutes": 60, "version": 1}), 409)
    late = ask("DELETE", path, If_Match='"another"')
    problem(late, 412)
    gone = ask("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    problem(ask.get(path), 404)
    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"minutes": 0}, 422, "minutes"),
        ({"minutes": 1441}, 422, "minutes"),
        ({"minutes": 90.5}, 422, "minutes"),
        ({"minutes": "90"}, 422, "minutes"),
        ({"minutes": True}, 422, "minutes"),
        ({"minutes": 2**80}, 422, "minutes"),
        ({"minutes": 800}, 422, "minutes"),  # Beyond the frame of 750.
        ({"day": "20.11.2026"}, 422, "day"),
        ({"day": "20261120"}, 422, "day"),
        ({"day": "2026-11-31"}, 422, "day"),
        ({"engagement": "2026-999"}, 422, "engagement"),
        ({"activity": 1}, 422, "activity"),
        ({"text": "Ring 010190 12345" + "x" * 500}, 422, "text"),
        ({"advisor": "ingen@example.org"}, 422, "advisor"),
        ({"service_type": "no-such"}, 422, "service_type"),
        ({"engagement": None}, 422, "engagement"),
    ],
)
def test_hours_that_cannot_be_are_refused_by_name(
    ask: Asker, lead: User, org: Organisation, change: dict[str, Any], status: int, field: str
) -> None:
    work = builders.engagement(org, lead)
    sent = {"engagement": work.reference, "day": "2026-11-20", "minutes": 90} | change
    assert fields(problem(ask("POST", "time-entries/", sent), status)) == [field]
    assert not TimeEntry.objects.exists()


def test_hours_lie_on_an_engagement_or_an_activity(ask: Asker, lead: User, org: Organisation) -> None:
    activity = builders.activity()
    both = {"engagement": builders.engagement(org, lead).reference, "activity": activity.pk}
    for works in (both, {}):
        problem(ask("POST", "time-entries/", {"day": "2026-11-20", "minutes": 90} | works), 422)
    made = _json(ask("POST", "time-entries/", {"activity": activity.pk, "day": "2026-11-20", "minutes": 90}), 201)
    assert (made["billable"], made["billing"], made["engagement"]) == (False, "free", None)


def test_held_hours_and_closed_work_say_409_and_422(ask: Asker, lead: User, org: Organisation) -> None:
    entry = builders.entry(builders.engagement(org, lead), 90)
    HourHold.objects.create(entry=entry, draft=7)
    assert problem(ask("PATCH", f"time-entries/{entry.pk}/", {"minutes": 60}), 409)["type"].endswith("hours-held")
    problem(ask("DELETE", f"time-entries/{entry.pk}/"), 409)
    closed = builders.engagement(org, lead, phase="closed")
    sent = {"engagement": closed.reference, "day": "2026-11-20", "minutes": 90}
    assert problem(ask("POST", "time-entries/", sent), 422)["type"].endswith("phase-takes-no-hours")


def test_nobody_logs_hours_for_somebody_else_but_an_administrator(ask: Asker, lead: User, org: Organisation) -> None:
    work, colleague = builders.engagement(org, lead), builders.advisor()
    sent = {"engagement": work.reference, "day": "2026-11-20", "minutes": 90, "advisor": colleague.email}
    problem(ask("POST", "time-entries/", sent), 403)
    made = _json(Asker(builders.administrator())("POST", "time-entries/", sent), 201)
    assert made["advisor"] == colleague.email


def test_digits_that_look_like_an_identity_number_are_asked_about(ask: Asker, lead: User, org: Organisation) -> None:
    # A synthetic number of Skatteverket's test series (month + 80), with right check digits.
    sent: dict[str, Any] = {
        "engagement": builders.engagement(org, lead).reference, "day": "2026-11-20", "minutes": 90,
        "text": "Kari 03819010160",
    }  # fmt: skip
    found = problem(ask("POST", "time-entries/", sent), 422)
    assert found["errors"][0]["code"] == "identity_number"
    assert _json(ask("POST", "time-entries/", sent | {"no_identity_number": True}), 201)["text"] == sent["text"]


def test_members_read_the_hours_that_count_for_them_and_no_names(lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    counts, free = builders.entry(work, 90), builders.entry(work, 30, billable=False)
    builders.entry(builders.engagement(builders.organisation(), lead), 60)
    reader = Asker(builders.member(org, "reader"))
    [row] = _json(reader.get("time-entries/"))["results"]
    assert (row["id"], row["minutes"]) == (counts.pk, 90)
    assert [row[name] for name in ("advisor", "billing", "invoice", "funding_area", "joint_hour")] == [None] * 5
    problem(reader.get(f"time-entries/{free.pk}/"), 404)
    for query in (f"advisor={lead.email}", "billing=unbilled", "invoice=202600001"):
        assert _json(reader.get(f"time-entries/?{query}"))["results"] == []


def test_hours_are_narrowed_by_day_work_and_billing(ask: Asker, lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    first, second = builders.entry(work, 90, date(2026, 10, 1)), builders.entry(work, 30, date(2026, 11, 1))
    held = builders.entry(builders.engagement(builders.organisation(), lead), 60, date(2026, 12, 1))
    HourHold.objects.create(entry=held, document=202600001)
    for query, found in (
        ("day_to=2026-10-31", [first]),
        ("day_from=2026-11-01&day_to=2026-11-01", [second]),
        (f"engagement={work.reference}", [first, second]),
        (f"organisation={org.number}", [first, second]),
        ("billing=billed", [held]),
        ("invoice=202600001", [held]),
        ("billing=unbilled", [first, second]),
        (f"advisor={lead.email}&ordering=-day", [held, second, first]),
        ("changed_since=2026-11-20T09:00:00Z", [first, second, held]),
        ("changed_since=2026-11-20T09:00:01Z", []),
    ):
        rows = _json(ask.get(f"time-entries/?{query}"))["results"]
        assert [row["id"] for row in rows] == [entry.pk for entry in found], query


# --- Goals and tools


def test_a_goal_is_set_measured_and_removed(ask: Asker, lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    assert fields(
        problem(ask("POST", "outcomes/", {"engagement": work.reference, "goal": "x", "before": "5"}), 422)
    ) == ["unit"]
    sent = {"engagement": work.reference, "goal": "Færre timer", "unit": "timer", "before": "-12.5", "target": "6"}
    made = _json(ask("POST", "outcomes/", sent), 201)
    assert (made["before"], made["target"], made["after"], made["status"]) == ("-12.50", "6.00", None, "planned")
    path = f"outcomes/{made['id']}/"
    measured = _json(ask("PATCH", path, {"after": "7.25", "status": "partly", "evidence": "E1"}))
    assert measured == made | {"after": "7.25", "status": "partly", "evidence": "E1"}
    for wrong in (7.25, "1e3", "NaN", "１２", "1.234"):
        assert fields(problem(ask("PATCH", path, {"after": wrong}), 422)) == ["after"]
    assert ask("DELETE", path).status_code == 204
    assert not Outcome.objects.exists()


def test_a_tool_is_recommended_once_and_withdrawn(ask: Asker, lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    sent = {
        "engagement": work.reference, "catalogue_id": "verktoy-7", "title": "Medlemsnett", "reason": "Passer",
        "url": "https://katalog.example/7",
    }  # fmt: skip
    made = _json(ask("POST", "recommendations/", sent), 201)
    assert made["advised"] is True
    assert fields(problem(ask("POST", "recommendations/", sent), 422)) == ["catalogue_id"]
    path = f"recommendations/{made['id']}/"
    assert fields(problem(ask("PATCH", path, {"url": "javascript:alert(1)"}), 422)) == ["url"]
    assert _json(ask("PATCH", path, {"advised": False}))["advised"] is False
    assert ask("DELETE", path).status_code == 204
    assert not Recommendation.objects.exists()


def test_nobody_off_the_team_writes_on_an_engagement(lead: User, org: Organisation) -> None:
    work = builders.engagement(org, lead)
    outcome = Outcome.objects.create(engagement=work, goal="Mål", created_at=NOW)
    stranger = Asker(builders.advisor())
    problem(stranger("POST", "outcomes/", {"engagement": work.reference, "goal": "x"}), 403)
    problem(stranger("PATCH", f"outcomes/{outcome.pk}/", {"goal": "x"}), 403)
    problem(stranger("DELETE", f"outcomes/{outcome.pk}/"), 403)
    problem(stranger("POST", "time-entries/", {"engagement": work.reference, "day": "2026-11-20", "minutes": 5}), 403)
    assert Outcome.objects.get().goal == "Mål"
