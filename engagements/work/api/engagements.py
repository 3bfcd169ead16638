"""Engagements for other systems: staff read all and write by the verbs of the pages, members read their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import engagements.references  # noqa: F401 - the converter of references
from advisory.kernel.api.fields import Day, Note, OneOf, Ref, Text, Whole, YesNo
from advisory.kernel.api.filters import DayFilter, Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, NotesBody, Row
from advisory.kernel.errors import Conflict
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from clients.organisations import Organisation
from clients.register.warnings import warnings_of
from engagements.outcomes.models import NextStep
from engagements.outcomes.record import write_report
from engagements.work.frame import frames_of
from engagements.work.hours import MOST_AGREED_MINUTES
from engagements.work.models import Engagement, FundingArea, Phase, ServiceType
from engagements.work.phases import ReasonMissing, move
from engagements.work.start import (
    AreaSettled,
    FrameBelowUse,
    OrganisationInactive,
    PaysForItself,
    agree_hours,
    change_engagement,
    start_engagement,
)


class RegisterWarns(Conflict):
    """A register warns of the organisation, and nobody has said that he has seen it."""

    template = _("%(sentence)s Send despite_warning: true if the engagement shall be registered all the same.")


class StepRow(Row):
    """What the organisation does next."""

    text = Text()
    due = Day(allow_null=True)


class EngagementRow(Row):
    """An engagement with its hours against the agreement. What only staff see is null for members."""

    reference = Text()
    organisation = Whole(source="organisation.number")
    organisation_name = Text(source="organisation.name")
    # Who is helped, where another orders and pays.
    beneficiary = Whole(source="beneficiary.number", allow_null=True)
    beneficiary_name = Text(source="beneficiary.name", allow_null=True)
    title = Text()
    goal = Text()
    done = Text()
    next_steps = StepRow(many=True)
    service_type = Text(source="service_type.code")
    funding_area = OneOf(FundingArea, allow_null=True)
    minutes_agreed = Whole(allow_null=True)
    minutes_used = Whole()
    minutes_billed = Whole(allow_null=True)
    phase = OneOf(Phase)
    # Who leads it and who else logs hours on it, by e-mail.
    lead = Text(source="lead.email", allow_null=True)
    lead_name = Text(source="lead.name", allow_null=True)
    team = serializers.ListField(child=Text(), allow_null=True)
    requested_on = Day()
    started_on = Day(allow_null=True)
    completed_on = Day(allow_null=True)
    cancel_reason = Text(allow_null=True)
    their_reference = Text()
    place = Text()
    created_at = serializers.DateTimeField()

    computed = ("next_steps", "minutes_used", "minutes_billed", "team")
    staff_only = ("funding_area", "minutes_billed", "lead", "lead_name", "team", "cancel_reason")

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        frames = frames_of([Engagement(pk=pk, minutes_agreed=row["minutes_agreed"]) for pk, row in rows.items()])
        for pk, row in rows.items():
            row["minutes_used"], row["minutes_billed"] = frames[pk].used, frames[pk].billed
            row["next_steps"], row["team"] = [], []
        for step in NextStep.objects.filter(engagement__in=list(rows)):
            due = step.due.isoformat() if step.due else None
            rows[step.engagement_id]["next_steps"].append({"text": step.text, "due": due})
        teams = Engagement.team.through.objects.filter(engagement__in=list(rows)).order_by("user__email")
        for pk, email in teams.values_list("engagement", "user__email"):
            rows[pk]["team"].append(email)


def _staff(**kwargs: Any) -> Ref:
    return Ref("email", queryset=User.objects.staff(), **kwargs)


class EngagementChange(NotesBody):
    """What the engagement is about and who works on it."""

    title = Text(max_length=120)
    goal = Note(required=False, allow_blank=True, max_length=2000)
    service_type = Ref("code", queryset=ServiceType.objects.all())
    funding_area = OneOf(FundingArea, required=False)
    lead = _staff(required=False)
    team = _staff(required=False, many=True)
    their_reference = Text(required=False, allow_blank=True, max_length=60)
    place = Text(required=False, allow_blank=True, max_length=60)
    beneficiary = Ref("number", queryset=Organisation.objects.all(), required=False, allow_null=True)


class EngagementBody(EngagementChange):
    organisation = Ref("number", queryset=Organisation.objects.all())
    service_type = Ref("code", queryset=ServiceType.objects.filter(active=True))
    minutes_agreed = Whole(required=False, allow_null=True, min_value=1, max_value=MOST_AGREED_MINUTES)
    despite_warning = YesNo(required=False, help_text=_("A register warns of the organisation, and you have seen it."))


class AgreementBody(NotesBody):
    minutes = Whole(min_value=1, max_value=MOST_AGREED_MINUTES)
    reason = Note(max_length=300, help_text=_("Who approved it, and when."))


class PhaseBody(NotesBody):
    to = OneOf(Phase)
    seen = OneOf(Phase, required=False, help_text=_("The phase you read: another one is a conflict."))
    reason = Note(required=False, allow_blank=True, max_length=1000)


class StepBody(NotesBody):
    text = Note(max_length=300)
    due = Day(required=False, allow_null=True)


class ReportBody(NotesBody):
    done = Note(allow_blank=True, max_length=8000)
    next_steps = StepBody(many=True, max_length=50)  # type: ignore[call-arg]  # of the list


class EngagementFilters(Filters):
    reference = django_filters.CharFilter()
    organisation = WholeFilter(field_name="organisation__number")
    phase = OneOfFilter(Phase)
    service_type = django_filters.CharFilter(field_name="service_type__code")
    lead = django_filters.CharFilter(field_name="lead__email", method="by_lead", help_text=_("By e-mail. For staff."))
    requested_from = DayFilter(field_name="requested_on", lookup_expr="gte")
    requested_to = DayFilter(field_name="requested_on", lookup_expr="lte")

    def by_lead(self, found: models.QuerySet[Engagement], name: str, email: str) -> models.QuerySet[Engagement]:
        """Members are not told who leads, also not by asking."""
        return found.filter(lead__email=email.lower()) if self.request.user.is_staff_member else found.none()


class Engagements(Resource):
    """Engagements."""

    tag = _("Engagements")
    says = {
        "agree": _("Agree on hours"),
        "move": _("Move to another phase, or cancel"),
        "write_report": _("Write what was done, and the next steps"),
    }
    model = Engagement
    readers = members(Role.READER)
    row = EngagementRow
    filterset_class = EngagementFilters
    orderings = {"reference": "reference", "requested_on": "requested_on"}
    ordering = "-reference"
    lookups = {"reference": "reference"}
    bodies = {
        "create": EngagementBody,
        "change": EngagementChange,
        "agree": AgreementBody,
        "move": PhaseBody,
        "write_report": ReportBody,
    }
    named = {
        OrganisationInactive: "organisation",
        RegisterWarns: "despite_warning",
        PaysForItself: "beneficiary",
        AreaSettled: "funding_area",
        FrameBelowUse: "minutes",
        ReasonMissing: "reason",
    }

    def visible(self, user: User) -> models.QuerySet[Engagement]:
        if user.is_staff_member:
            return Engagement.objects.visible_to(user)
        return Engagement.objects.filter(organisation__in=organisations_of(user, Role.READER))

    def create(self, request: Request) -> Response:
        facts = {"lead": self.person} | self.read()
        organisation = facts["organisation"]
        warning = warnings_of([organisation]).get(organisation.pk)
        if warning and not facts.pop("despite_warning", False):
            raise RegisterWarns(sentence=warning.sentence)
        facts.pop("despite_warning", None)
        made = start_engagement(**facts, by=self.person, on=self.today, now=self.now)
        return self.made(made, reverse("api_engagement", args=[made.reference]))

    def change(self, request: Request, reference: str) -> Response:
        found = self.find()
        names = ("title", "goal", "service_type", "funding_area", "lead", "their_reference", "place", "beneficiary")
        facts = {name: getattr(found, name) for name in names} | {"team": found.team.all()} | self.read()
        return self.done(change_engagement(engagement=found, **facts, by=self.person, now=self.now))

    def agree(self, request: Request, reference: str) -> Response:
        found = self.find()
        return self.done(agree_hours(engagement=found, **self.read(), by=self.person, now=self.now))

    def move(self, request: Request, reference: str) -> Response:
        found, facts = self.find(), self.read()
        facts["to"] = Phase(facts["to"])
        return self.done(move(engagement=found, **facts, by=self.person, on=self.today, now=self.now))

    def write_report(self, request: Request, reference: str) -> Response:
        found, facts = self.find(), self.read()
        steps = [(step["text"], step.get("due")) for step in facts["next_steps"]]
        done = write_report(engagement=found, done=facts["done"], next_steps=steps, by=self.person, now=self.now)
        return self.done(done)


def _view(**actions: str) -> Any:
    return Engagements.as_view(actions)


_ONE = "engagements/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path("engagements/", _view(get="list", post="create"), name="api_engagements"),
    path(_ONE, _view(get="retrieve", patch="change"), name="api_engagement"),
    path(f"{_ONE}agreement/", _view(post="agree"), name="api_engagement_agreement"),
    path(f"{_ONE}phase/", _view(post="move"), name="api_engagement_phase"),
    path(f"{_ONE}report/", _view(post="write_report"), name="api_engagement_report"),
]
