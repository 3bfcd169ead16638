"""The program's own mails, word for word, in every language: `tests/golden/mails` holds what they said before they
could be written anew by administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from advisory.kernel.outbox import OutboundMessage
from billing.discounts import letters
from billing.discounts.models import Appeal
from billing.invoicing import mail
from billing.invoicing.credit import credit
from billing.invoicing.documents import document_of
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import Invoice, TierDecision
from clients.models import Organisation
from tests import builders as b
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parents[1] / "golden" / "mails"
Case = Callable[[str], tuple[str, str]]


def _organisation(language: str, **fields: object) -> Organisation:
    b.seller()
    return b.organisation("Bygdekor Vest", number=1042, language=language, **fields)


def _decision(language: str, code: str = "T2", **facts: object) -> TierDecision:
    found = b.decision(facts.pop("organisation", None) or _organisation(language), code)  # type: ignore[arg-type]
    for name, value in facts.items():
        setattr(found, name, value)
    return found


def _text(decision: TierDecision) -> tuple[str, str]:
    return letters.decision_text(decision, now=NOW)


def _judged(language: str) -> TierDecision:
    parent = b.organisation("Fylkeslaget Nord")
    branch = _organisation(language, parent=parent, own_accounts=False)
    made = b.decision(parent, "T2")
    made.organisation = branch
    return made


def _one(messages: list[OutboundMessage]) -> tuple[str, str]:
    [message] = messages
    return message.subject, message.body


def _appeal(language: str) -> Appeal:
    return Appeal(decision=_decision(language), received_on=date(2026, 11, 12))


def _renewal(decision: TierDecision) -> tuple[str, str]:
    return _one(letters.renewal_notices(decision, reference="1-60", now=NOW))


def _issued(language: str) -> Invoice:
    organisation, lead = _organisation(language), b.advisor()
    by = b.administrator()
    b.rate(maker=by)
    b.decision(organisation, "T2", by=by)
    b.pot(by=by)
    b.entry(b.engagement(organisation, lead, reference="2026-014"), 750)
    exempt = b.service_type("teaching", category="E", name_nb="Kurs", name_nn="Kurs", name_en="Course")
    b.entry(b.engagement(organisation, lead, reference="2026-015", service_type=exempt), 90)
    [draft] = gather(up_to=TODAY, by=by, now=NOW)
    [invoice] = issue({draft.pk: None}, by=by, now=NOW).invoices
    return invoice


def _document(invoice: Invoice) -> tuple[str, str]:
    message = mail.message(invoice, document_of(invoice), invoice.organisation, now=NOW)
    return message.subject, message.body


def _credited(language: str) -> Invoice:
    return credit(_issued(language), reason="Feil oppdrag.", release_hours=True, by=b.administrator(), now=NOW)


CASES: dict[str, Case] = {
    "invoice": lambda language: _document(_issued(language)),
    "credit-note": lambda language: _document(_credited(language)),
    "decision": lambda language: _text(_decision(language)),
    "decision-full-price": lambda language: _text(_decision(language, "T0")),
    "decision-provisional": lambda language: _text(_decision(language, basis="budget")),
    "decision-hardship": lambda language: _text(_decision(language, basis="hardship")),
    "decision-judged": lambda language: _text(_judged(language)),
    "decision-exceeded": lambda language: _text(_decision(language, exceeded_provisional=True)),
    "decision-answer": lambda language: _text(
        _decision(language, basis="budget", answers=Appeal(received_on=date(2026, 11, 12)))
    ),
    "hardship-refused": lambda language: letters.refusal_text(_organisation(language), "Dere har mye penger.", now=NOW),
    "renewal": lambda language: _renewal(_decision(language)),
    "renewal-judged": lambda language: _renewal(_judged(language)),
    "complaint": lambda language: _one(letters.appeal_received(_appeal(language), now=NOW)),
    "documents": lambda language: _one(
        letters.document_requests(
            _decision(language).declaration,  # type: ignore[arg-type]
            "Send oss årsmøteprotokollen.\nOg noten om tilskudd.",
            reference="1",
            now=NOW,
        )
    ),
}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("case", CASES)
def test_the_programs_own_text_is_word_for_word_what_it_was(case: str, language: str) -> None:
    subject, body = CASES[case](language)
    assert f"{subject}\n\n{body}" == (GOLDEN / f"{case}.{language}.txt").read_text(encoding="utf-8")
