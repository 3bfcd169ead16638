"""Asking the registers: one protocol, answered over the network or from recorded files.

`REGISTER` chooses: `live` asks Enhetsregisteret and Frivillighetsregisteret, `recorded` answers from the files in
`recorded/` (invented organisations, for the demo, the tests and machines without a network), `off` asks nobody.
An answer is kept as it came, less links, and cleaned of what a database cannot hold; it is never trusted.
The data is under the Norwegian licence for open government data (NLOD).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx2
import stamina
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from clients.register.models import AnswerStatus, Register

#: The one place where the registers' address stands.
ADDRESS = "https://data.brreg.no"
PATHS = {
    Register.ENTITIES: "/enhetsregisteret/api/enheter/",
    Register.VOLUNTARY: "/frivillighetsregisteret/api/frivillige-organisasjoner/",
}
ACCEPT = {
    Register.ENTITIES: "application/vnd.brreg.enhetsregisteret.enhet.v2+json",
    Register.VOLUNTARY: "application/json",
}
RECORDED = Path(__file__).parent / "recorded"

# Seconds: to connect, between two pieces, and for one whole answer; somebody waits for it.
CONNECTING, READING, WHOLE = 2, 3, 5
TRIES = 3
ALL_TRIES = timedelta(seconds=8)
# Bytes. An answer is some kilobytes.
LONGEST_ANSWER = 256 * 1024
# Of what is kept: how deep, how many members of one list or object, how many characters of one text.
DEEPEST, WIDEST, LONGEST_TEXT = 6, 120, 2000


class RegisterUnavailable(DomainError):
    """The register did not answer, or not in a way that can be read."""

    status = 503
    template = _("The register does not answer now. Write the facts yourself, or try again later.")


class NotRecorded(RegisterUnavailable):
    """Without a network there are answers about a few invented organisations only."""

    template = _("There is no recorded answer about this number. Recorded are %(numbers)s.")


class RegisterOff(RegisterUnavailable):
    """The installation asks no register."""

    template = _("The look-up in the registers is switched off here.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What one register answered about one number."""

    status: AnswerStatus
    data: dict[str, Any] = field(default_factory=dict)


class RegisterClient(Protocol):
    """Somebody who can be asked. `ask` raises `RegisterUnavailable`."""

    is_recorded: bool

    def ask(self, register: Register, number: str) -> Reply: ...


class _TryAgain(Exception):
    """No connection, no answer in time, or the register's own failure: asking once more may help."""


class LiveRegister:
    """Over the network, with time-outs and few tries; all questions are reads, so asking twice does no harm."""

    is_recorded = False

    def __init__(self, transport: httpx2.BaseTransport | None = None) -> None:
        self._client = httpx2.Client(
            base_url=ADDRESS,
            timeout=httpx2.Timeout(READING, connect=CONNECTING),
            follow_redirects=False,
            transport=transport,
        )

    def ask(self, register: Register, number: str) -> Reply:
        """What the register says of nine digits. Raises `RegisterUnavailable`."""
        ask = stamina.retry(
            on=_TryAgain,
            attempts=TRIES,
            timeout=ALL_TRIES,
            wait_initial=timedelta(milliseconds=200),
            wait_max=timedelta(seconds=1),
            wait_jitter=timedelta(milliseconds=200),
        )(self._ask)
        try:
            status, body = ask(register, number)
        except (_TryAgain, httpx2.HTTPError) as error:
            raise RegisterUnavailable from error
        return read(register, number, status, body)

    def _ask(self, register: Register, number: str) -> tuple[int, bytes]:
        until = time.monotonic() + WHOLE
        try:
            with self._client.stream(
                "GET", f"{PATHS[register]}{number}", headers={"Accept": ACCEPT[register]}
            ) as response:
                if response.status_code >= 500 or response.status_code == 429:
                    raise _TryAgain(response.status_code)
                return response.status_code, _bounded(response, until)
        except httpx2.TransportError as error:
            raise _TryAgain from error


def _bounded(response: httpx2.Response, until: Any) -> bytes:
    """The body, unless it is too long or dribbles in for too long."""
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise RegisterUnavailable
        if time.monotonic() > until:
            raise _TryAgain
    return body


class RecordedRegister:
    """From files named by number: `{"entities": {…}, "voluntary": {…}}`; null = the register does not know it."""

    is_recorded = True

    def __init__(self, folder: Path = RECORDED) -> None:
        self._folder = folder

    def numbers(self) -> list[str]:
        """The numbers there are answers about."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def ask(self, register: Register, number: str) -> Reply:
        """What the file says. Raises `NotRecorded`."""
        path = self._folder / f"{number}.json"
        if not (number.isascii() and number.isdigit() and path.is_file()):
            raise NotRecorded(numbers=", ".join(self.numbers()))
        said = json.loads(path.read_text(encoding="utf-8")).get(register.value)
        if said == "removed":
            return Reply(AnswerStatus.REMOVED)
        return read(register, number, 404 if said is None else 200, json.dumps(said).encode())


class NoRegister:
    """Nobody is asked."""

    is_recorded = False

    def ask(self, register: Register, number: str) -> Reply:
        """Always raises `RegisterOff`."""
        raise RegisterOff


def the_register() -> RegisterClient:
    """The one that the settings choose."""
    kinds: dict[str, type[LiveRegister] | type[RecordedRegister] | type[NoRegister]] = {
        "live": LiveRegister,
        "recorded": RecordedRegister,
        "off": NoRegister,
    }
    return kinds[settings.REGISTER]()


def read(register: Register, number: str, status: int, body: bytes) -> Reply:
    """A reply from status and body: 404 = unknown, 410 = removed. Raises `RegisterUnavailable` for what is neither."""
    if status in (404, 410):
        return Reply(AnswerStatus.UNKNOWN if status == 404 else AnswerStatus.REMOVED)
    if status != 200:
        raise RegisterUnavailable
    try:
        # What has a point stays text: the database's JSON knows no infinity, and nothing here is counted with.
        said = json.loads(body, parse_constant=_refuse, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise RegisterUnavailable from error
    if not isinstance(said, dict) or said.get("organisasjonsnummer") != number:
        raise RegisterUnavailable
    # Frivillighetsregisteret answers 200 about one that has left it.
    if register == Register.VOLUNTARY and said.get("respons_klasse") == "FrivilligOrganisasjonSlettet":
        return Reply(AnswerStatus.REMOVED)
    kept = _clean(said, 0)
    assert isinstance(kept, dict)
    return Reply(AnswerStatus.FOUND, kept)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _clean(value: Any, depth: int) -> Any:
    """The value as a database can hold it: no NUL, no lone surrogates, bounded, without links."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping | list) and depth >= DEEPEST:
        return None
    if isinstance(value, Mapping):
        members = [(key, each) for key, each in value.items() if key not in ("_links", "links")][:WIDEST]
        return {_text(key)[:80]: _clean(each, depth + 1) for key, each in members}
    if isinstance(value, list):
        return [_clean(each, depth + 1) for each in value[:WIDEST]]
    if isinstance(value, bool) or value is None:
        return value
    return value if abs(value) < 10**15 else str(value)[:40]


def _text(value: str) -> str:
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()[:LONGEST_TEXT]
