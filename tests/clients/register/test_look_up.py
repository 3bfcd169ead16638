"""Answers kept with their day, forms filled, differences taken over, the nightly round, and warnings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.audit import AuditEvent
from clients.organisations import Kind, Organisation, Status
from clients.register import refresh as rounds
from clients.register.client import RecordedRegister, RegisterUnavailable, Reply
from clients.register.comparing import NothingToTakeOver, differences, take_over
from clients.register.look_up import keep, known_of, look_up
from clients.register.models import AnswerStatus, Register, RegisterAnswer
from clients.register.warnings import warned, warnings_of
from engagements.models import Engagement
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

NUMBER = "310000078"  # EKSEMPEL LOKALLAG of the recorded answers
WINDING_UP, BANKRUPT, DELETED, REMOVED, COMPANY = "399000114", "399000122", "399000130", "399000149", "399000157"


def _recorded(number: str) -> None:
    look_up(number, client=RecordedRegister(), by=None, now=NOW)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(builders.advisor(language="en"))
    return client


# --- Keeping


def test_an_answer_is_kept_with_its_day_and_said_in_the_audit_log() -> None:
    known = look_up(NUMBER, client=RecordedRegister(), by=None, now=NOW)
    assert known.is_found
    assert known.entities.fetched_at == NOW
    assert known.entities.is_recorded
    assert known.category == 1200
    assert known.entity.founded == date(1987, 2, 11)
    assert AuditEvent.objects.filter(action="register.answer").count() == 2


def test_the_same_answer_again_only_moves_its_day() -> None:
    _recorded(NUMBER)
    look_up(NUMBER, client=RecordedRegister(), by=None, now=NOW + timedelta(days=1))
    assert RegisterAnswer.objects.filter(organisation_number=NUMBER).count() == 2
    assert {row.fetched_at for row in RegisterAnswer.objects.all()} == {NOW + timedelta(days=1)}
    assert AuditEvent.objects.filter(action="register.answer").count() == 2


def test_an_answer_that_says_something_new_is_a_new_row_and_the_old_one_stays() -> None:
    for name, day in (("GAMMELT NAVN", 0), ("NYTT NAVN", 1)):
        reply = Reply(AnswerStatus.FOUND, {"organisasjonsnummer": NUMBER, "navn": name})
        keep(
            reply,
            number=NUMBER,
            register=Register.ENTITIES,
            is_recorded=False,
            by=None,
            now=NOW + timedelta(days=day),
        )
    known = known_of(NUMBER)
    assert known is not None
    assert known.entity.name == "NYTT NAVN"
    assert RegisterAnswer.objects.count() == 2


class _Half:
    """Enhetsregisteret answers, Frivillighetsregisteret does not."""

    is_recorded = False

    def ask(self, register: Register, number: str) -> Reply:
        if register == Register.VOLUNTARY:
            raise RegisterUnavailable
        return Reply(
            AnswerStatus.FOUND,
            {"organisasjonsnummer": number, "navn": "HALVT", "registrertIFrivillighetsregisteret": True},
        )


def test_one_register_that_fails_does_not_fail_the_other() -> None:
    known = look_up(NUMBER, client=_Half(), by=None, now=NOW)
    assert known.voluntary is None
    assert known.in_voluntary_register


# --- The form


def _fetch(desk: Client, **typed: str) -> Any:
    return desk.post(reverse("organisation_new"), {"fetch": "1", "organisation_number": NUMBER, **typed})


def test_a_number_fills_the_form_and_nothing_is_saved(desk: Client) -> None:
    response = _fetch(desk)
    assert response.status_code == 200
    initial = response.context["form"].initial
    assert (initial["name"], initial["form"], initial["icnpo"]) == ("EKSEMPEL LOKALLAG", "FLI", 1200)
    assert (initial["address"], initial["postal_code"], initial["city"]) == ("Lagsveien 2", "5003", "Bergen")
    assert (initial["municipality"], initial["county"]) == ("Bergen", "Vestland")
    assert initial["in_voluntary_register"] is True
    assert initial["invoice_address"] == "Postboks 1"
    body = response.content.decode()
    assert "A recorded answer" in body or "a recorded answer, not the register itself" in body
    assert not Organisation.objects.exists()


def test_what_was_typed_is_kept_and_the_page_says_so(desk: Client) -> None:
    response = _fetch(desk, name="Vårt eget navn", address="Et annet sted 1", members="12")
    initial = response.context["form"].initial
    assert (initial["name"], initial["address"], initial["members"]) == ("Vårt eget navn", "Et annet sted 1", "12")
    # Half an address of theirs beside half of ours is none.
    assert not initial["city"]
    assert "also where the register says otherwise" in response.content.decode()


def test_the_filled_form_can_be_saved_as_it_stands(desk: Client) -> None:
    form = _fetch(desk).context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    response = desk.post(reverse("organisation_new"), {**sent, "kind": Kind.VOLUNTARY, "language": "nb"})
    assert response.status_code == 302, response.context["form"].errors
    made = Organisation.objects.get()
    assert (made.organisation_number, made.icnpo, made.county) == (NUMBER, 1200, "Vestland")
    assert made.icnpo == 1200


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "nine digits"),
        ("123", "nine digits"),
        ("310000079", "not a valid organisation number"),
        (REMOVED, "has removed this number"),
    ],
)
def test_a_number_that_leads_nowhere_is_said_at_the_field(desk: Client, number: str, words: str) -> None:
    response = _fetch(desk, organisation_number=number, name="Skrevet før")
    assert response.status_code == 422
    body = response.content.decode()
    assert words in body
    assert "Skrevet før" in body


def test_a_number_without_an_answer_leaves_the_form_as_it_was(desk: Client) -> None:
    response = _fetch(desk, organisation_number="974760673", name="Skrevet før")
    assert response.status_code == 200
    assert "There is no recorded answer about this number" in response.content.decode()
    assert response.context["form"].initial["name"] == "Skrevet før"


def test_on_change_the_fetched_facts_do_not_touch_what_stands(desk: Client) -> None:
    org = builders.organisation(organisation_number=NUMBER, address="", postal_code="", city="")
    url = reverse("organisation_edit", args=[org.number])
    response = desk.post(url, {"fetch": "1", "organisation_number": NUMBER, "name": org.name, "seen": "x"})
    initial = response.context["form"].initial
    assert (initial["name"], initial["address"], initial["seen"]) == (org.name, "Lagsveien 2", "x")
    org.refresh_from_db()
    assert org.address == ""


def test_switched_off_there_is_no_button(desk: Client, settings: Any) -> None:
    assert 'name="fetch"' in desk.get(reverse("organisation_new")).content.decode()
    settings.REGISTER = "off"
    assert 'name="fetch"' not in desk.get(reverse("organisation_new")).content.decode()


# --- Differences


def test_differences_are_taken_over_one_by_one(desk: Client) -> None:
    org = builders.organisation("Eksempel lokallag", organisation_number=NUMBER, form="FLI", in_voluntary_register=True)
    _recorded(NUMBER)
    known = known_of(NUMBER)
    assert known is not None
    assert [one.key for one in differences(org, known)] == ["icnpo", "address", "municipality"]
    body = desk.get(reverse("organisation", args=[org.number])).content.decode()
    assert "Lagsveien 2, 5003 Bergen" in body
    url = reverse("register_take_over", args=[org.number])
    desk.post(url, {"fact": "address", "seen": "Lagsveien 2, 5003 Bergen"})
    org.refresh_from_db()
    assert (org.address, org.postal_code, org.city, org.municipality) == ("Lagsveien 2", "5003", "Bergen", "Fjordvik")
    assert AuditEvent.objects.get(action="organisation.change").after["address"] == "Lagsveien 2"


@pytest.mark.parametrize(("key", "seen"), [("address", "Noe annet"), ("status", "x"), ("name", "EKSEMPEL LOKALLAG")])
def test_what_the_page_did_not_show_is_not_taken_over(key: str, seen: str) -> None:
    org = builders.organisation("Eksempel lokallag", organisation_number=NUMBER)
    _recorded(NUMBER)
    with pytest.raises(NothingToTakeOver):
        take_over(organisation=org, key=key, seen=seen, by=builders.advisor(), now=NOW)


def test_hostile_words_of_a_register_are_escaped_and_fit(desk: Client) -> None:
    org = builders.organisation(organisation_number=NUMBER)
    evil = '<script>alert("x")</script>' + "æ" * 3000
    keep(
        Reply(
            AnswerStatus.FOUND, {"organisasjonsnummer": NUMBER, "navn": evil, "forretningsadresse": {"adresse": [evil]}}
        ),
        number=NUMBER,
        register=Register.ENTITIES,
        is_recorded=False,
        by=None,
        now=NOW,
    )
    body = desk.get(reverse("organisation", args=[org.number])).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body
    known = known_of(NUMBER)
    assert known is not None
    for one in differences(org, known):
        take_over(organisation=org, key=one.key, seen=one.theirs, by=builders.advisor(), now=NOW)
    org.refresh_from_db()
    assert len(org.name) == 160
    assert len(org.address) <= 200


def test_the_button_asks_again_and_says_when_nobody_answers(desk: Client) -> None:
    org = builders.organisation(organisation_number=NUMBER)
    stranger = builders.organisation("Uten svar", organisation_number="974760673")
    bare = builders.organisation("Uten nummer")
    for one, words in ((org, "have answered"), (stranger, "no recorded answer"), (bare, "no organisation number")):
        response = desk.post(reverse("register_fetch", args=[one.number]), follow=True)
        assert words in response.content.decode()


# --- The round of the night


def _queued(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    jobs: list[list[str]] = []
    monkeypatch.setattr(rounds, "async_task", lambda name, numbers: jobs.append(numbers))
    return jobs


def test_the_night_asks_about_those_longest_ago_first(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REGISTER = "live"
    monkeypatch.setattr(rounds, "A_JOB", 2)
    jobs = _queued(monkeypatch)
    for number, status in (
        (NUMBER, Status.ACTIVE),
        (BANKRUPT, Status.ACTIVE),
        (COMPANY, Status.ACTIVE),
        (DELETED, Status.INACTIVE),
        (WINDING_UP, Status.ACTIVE),
        ("", Status.ACTIVE),
    ):
        builders.organisation(f"Lag {number}", organisation_number=number, status=status)
    look_up(NUMBER, client=RecordedRegister(), by=None, now=NOW - timedelta(days=2))
    look_up(BANKRUPT, client=RecordedRegister(), by=None, now=NOW - timedelta(days=9))
    look_up(COMPANY, client=RecordedRegister(), by=None, now=NOW - timedelta(hours=1))
    assert rounds.queue_round(NOW) == 3
    assert jobs == [[WINDING_UP, BANKRUPT], [NUMBER]]


def test_recorded_answers_are_not_asked_for_by_night(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.organisation(organisation_number=NUMBER)
    jobs = _queued(monkeypatch)
    assert rounds.queue_round(NOW) == 0
    assert jobs == []


class _Moody:
    """Fails on the numbers it is told to, in the ways it is told to."""

    is_recorded = False

    def __init__(self, failing: dict[str, Exception]) -> None:
        self.failing, self.asked = failing, list[str]()

    def ask(self, register: Register, number: str) -> Reply:
        self.asked.append(number)
        if number in self.failing:
            raise self.failing[number]
        return Reply(AnswerStatus.FOUND, {"organisasjonsnummer": number})


def test_a_register_that_fails_about_one_is_asked_about_the_others() -> None:
    moody = _Moody({NUMBER: RegisterUnavailable(), BANKRUPT: KeyError("surprise")})
    assert rounds.refresh([NUMBER, BANKRUPT, COMPANY, DELETED], client=moody, now=NOW) == 2
    assert known_of(COMPANY) is not None
    assert known_of(NUMBER) is None


def test_a_register_that_is_down_is_left_alone_after_three() -> None:
    numbers = [NUMBER, BANKRUPT, COMPANY, DELETED, WINDING_UP]
    moody = _Moody(dict.fromkeys(numbers, RegisterUnavailable()))
    assert rounds.refresh(numbers, client=moody, now=NOW) == 0
    assert moody.asked == numbers[:3]


# --- Warnings


@pytest.mark.parametrize(
    ("number", "code", "since"),
    [
        (BANKRUPT, "bankrupt", date(2025, 10, 6)),
        (WINDING_UP, "winding_up", None),
        (DELETED, "deleted", date(2024, 6, 30)),
        (REMOVED, "deleted", None),
    ],
)
def test_a_register_warns_with_its_day(number: str, code: str, since: date | None) -> None:
    org = builders.organisation(organisation_number=number)
    _recorded(number)
    warning = warnings_of([org])[org.pk]
    assert (warning.code, warning.since, warning.told) == (code, since, builders.TODAY)
    assert [one for one, _warning in warned()] == [org]


def test_the_newest_answer_decides_and_inactive_ones_are_not_warned_of() -> None:
    org = builders.organisation(organisation_number=BANKRUPT)
    _recorded(BANKRUPT)
    Organisation.objects.update(status=Status.INACTIVE)
    assert warned() == []
    Organisation.objects.update(status=Status.ACTIVE)
    keep(
        Reply(AnswerStatus.FOUND, {"organisasjonsnummer": BANKRUPT, "konkurs": False, "konkursdato": "2025-10-06"}),
        number=BANKRUPT,
        register=Register.ENTITIES,
        is_recorded=False,
        by=None,
        now=NOW + timedelta(days=1),
    )
    assert warnings_of([org]) == {}
    assert warned() == []


def test_warnings_of_many_are_one_query() -> None:
    many = [
        builders.organisation(f"Lag {number}", organisation_number=number) for number in (BANKRUPT, DELETED, NUMBER)
    ]
    for one in many:
        _recorded(one.organisation_number)
    with CaptureQueriesContext(connection) as seen:
        assert len(warnings_of(many)) == 2
    assert len(seen) == 1


def test_the_organisation_wears_its_warning(desk: Client) -> None:
    org = builders.organisation(organisation_number=BANKRUPT)
    _recorded(BANKRUPT)
    body = desk.get(reverse("organisation", args=[org.number])).content.decode()
    assert body.index("Bankrupt</span>") < body.index("timeline-head")


def test_a_new_engagement_for_a_warned_organisation_is_registered_after_a_second_look(desk: Client) -> None:
    org = builders.organisation(organisation_number=BANKRUPT)
    _recorded(BANKRUPT)
    url = reverse("engagement_new")
    assert "Bankrupt since 06.10.2025" in desk.get(url, {"organisation": org.number}).content.decode()
    sent = {
        "organisation": str(org.number),
        "title": "Medlemssystem",
        "service_type": builders.service_type().pk,
        "funding_area": 3,
        "lead": desk.session["_auth_user_id"],
    }
    refused = desk.post(url, sent)
    assert refused.status_code == 422
    assert "Bankrupt since 06.10.2025" in refused.content.decode()
    assert not Engagement.objects.exists()
    assert desk.post(url, {**sent, "despite": "on"}).status_code == 302
    assert Engagement.objects.get().organisation == org


def test_an_ordinary_new_engagement_is_asked_nothing_more(desk: Client) -> None:
    org = builders.organisation(organisation_number=NUMBER)
    _recorded(NUMBER)
    assert 'name="despite"' not in desk.get(reverse("engagement_new"), {"organisation": org.number}).content.decode()


def test_administrators_find_warned_customers_among_the_days_tasks(client: Client) -> None:
    builders.seller()
    builders.organisation("Laget med tomt skrin", organisation_number=BANKRUPT)
    _recorded(BANKRUPT)
    client.force_login(builders.administrator(language="en"))
    assert "Bankrupt since 06.10.2025" in client.get(reverse("today")).content.decode()


def test_the_list_is_narrowed_by_category_and_shows_it(desk: Client) -> None:
    builders.organisation("Idrettslaget", icnpo=1200)
    builders.organisation("Koret", icnpo=1100)
    body = desk.get(reverse("organisations"), {"icnpo": "1200"}).content.decode()
    assert "Idrettslaget" in body
    assert "Koret" not in body
    assert "Sports" in body
