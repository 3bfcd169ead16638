"""The client of the registers against a transport of ours: no test asks a register."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
import stamina

from clients.register.client import LiveRegister, NotRecorded, RecordedRegister, RegisterUnavailable, the_register
from clients.register.models import AnswerStatus, Register

NUMBER = "310000078"
Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def _asked(answer: Answer) -> tuple[LiveRegister, list[httpx2.Request]]:
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return answer(request)

    return LiveRegister(httpx2.MockTransport(handle)), seen


def _says(**data: Any) -> Answer:
    return lambda request: httpx2.Response(200, json={"organisasjonsnummer": NUMBER, **data})


def test_the_question_is_a_read_with_the_accept_header_of_version_two() -> None:
    client, seen = _asked(_says(navn="EKSEMPEL LOKALLAG"))
    reply = client.ask(Register.ENTITIES, NUMBER)
    assert (reply.status, reply.data["navn"]) == (AnswerStatus.FOUND, "EKSEMPEL LOKALLAG")
    assert [request.method for request in seen] == ["GET"]
    assert seen[0].url.path == "/enhetsregisteret/api/enheter/310000078"
    assert seen[0].headers["Accept"] == "application/vnd.brreg.enhetsregisteret.enhet.v2+json"


@pytest.mark.parametrize(("code", "status"), [(404, AnswerStatus.UNKNOWN), (410, AnswerStatus.REMOVED)])
def test_404_is_unknown_and_410_is_removed_and_neither_is_asked_twice(code: int, status: AnswerStatus) -> None:
    client, seen = _asked(lambda request: httpx2.Response(code))
    assert client.ask(Register.ENTITIES, NUMBER).status == status
    assert len(seen) == 1


def test_one_that_has_left_frivillighetsregisteret_is_removed() -> None:
    client, _seen = _asked(_says(respons_klasse="FrivilligOrganisasjonSlettet"))
    assert client.ask(Register.VOLUNTARY, NUMBER).status == AnswerStatus.REMOVED


@pytest.mark.parametrize("code", [500, 502, 503, 429])
def test_a_failure_of_the_register_is_tried_three_times_and_then_said(code: int) -> None:
    client, seen = _asked(lambda request: httpx2.Response(code))
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)
    assert len(seen) == 3


def test_a_register_that_comes_back_is_heard() -> None:
    answers = iter([httpx2.Response(503), httpx2.Response(404)])
    client, _seen = _asked(lambda request: next(answers))
    assert client.ask(Register.ENTITIES, NUMBER).status == AnswerStatus.UNKNOWN


@pytest.mark.parametrize("failure", [httpx2.ReadTimeout, httpx2.ConnectError, httpx2.RemoteProtocolError])
def test_no_connection_and_no_answer_in_time_are_one_mistake_to_people(failure: type[Exception]) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise failure("no")

    client, seen = _asked(fail)
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)
    assert len(seen) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"organisasjonsnummer": "310000078", "x": NaN}',
        b'{"organisasjonsnummer": "974760673"}',
        b"[" * 200_000,
        b'{"organisasjonsnummer": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "html", "null", "list", "text", "bytes", "nan", "another number", "deep", "huge figure"],
)
def test_what_is_no_answer_about_the_number_is_refused(body: bytes) -> None:
    client, _seen = _asked(lambda request: httpx2.Response(200, content=body))
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)


@pytest.mark.parametrize("code", [204, 301, 302, 400, 401, 403])
def test_other_answers_and_ways_elsewhere_are_not_followed(code: int) -> None:
    client, seen = _asked(lambda request: httpx2.Response(code, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)
    assert len(seen) == 1


def test_a_huge_answer_is_cut_off_before_it_is_read_whole() -> None:
    read = []

    def pieces() -> Iterator[bytes]:
        for _turn in range(1000):
            read.append(1)
            yield b"x" * 65536

    client, _seen = _asked(lambda request: httpx2.Response(200, content=pieces()))
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)
    assert len(read) <= 6


def test_an_answer_that_dribbles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 2))
    monkeypatch.setattr("clients.register.client.time.monotonic", lambda: next(clock))

    def pieces() -> Iterator[bytes]:
        while True:
            yield b" "

    client, seen = _asked(lambda request: httpx2.Response(200, content=pieces()))
    with pytest.raises(RegisterUnavailable):
        client.ask(Register.ENTITIES, NUMBER)
    assert len(seen) == 3


def test_what_a_database_cannot_hold_is_cleaned_away() -> None:
    hostile = {
        "organisasjonsnummer": NUMBER,
        "navn": "A\x00B\ud800C",
        "lang": "x" * 50_000,
        "dyp": [[[[[[[["bunn"]]]]]]]],
        "bred": list(range(5000)),
        "tall": 10**40,
        "brok": 1.5,
        "_links": {"self": {"href": "javascript:alert(1)"}},
    }
    client, _seen = _asked(lambda request: httpx2.Response(200, content=json.dumps(hostile).encode()))
    data = client.ask(Register.ENTITIES, NUMBER).data
    assert data["navn"] == "ABC"
    assert len(data["lang"]) == 2000
    assert len(data["bred"]) == 120
    assert "bunn" not in json.dumps(data)
    assert "_links" not in data
    assert data["tall"] == str(10**40)[:40]
    assert data["brok"] == "1.5"


def test_recorded_answers_are_about_valid_numbers_and_can_all_be_read() -> None:
    client = RecordedRegister()
    assert NUMBER in client.numbers()
    for number in client.numbers():
        for register in Register:
            assert client.ask(register, number).status in AnswerStatus


def test_a_number_without_a_recorded_answer_says_which_have_one() -> None:
    with pytest.raises(NotRecorded) as refused:
        RecordedRegister().ask(Register.ENTITIES, "974760673")
    assert NUMBER in refused.value.message


@pytest.mark.parametrize("number", ["../recorded/310000078", "", "31000007八"])
def test_a_recorded_answer_is_found_by_digits_alone(number: str) -> None:
    with pytest.raises(NotRecorded):
        RecordedRegister().ask(Register.ENTITIES, number)


def test_switched_off_nobody_is_asked(settings: Any) -> None:
    settings.REGISTER = "off"
    with pytest.raises(RegisterUnavailable):
        the_register().ask(Register.ENTITIES, NUMBER)


def test_tests_answer_from_recorded_files() -> None:
    assert isinstance(the_register(), RecordedRegister)
