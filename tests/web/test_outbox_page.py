"""The outbox page: every mail as it was written, and another try for those that were given up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django_q.models import OrmQ

from advisory.kernel import outbox
from advisory.kernel.audit import AuditEvent
from advisory.kernel.outbox import Attachment, OutboundMessage
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

KIND = "outbox-page"
outbox.register(KIND, lambda reference: [Attachment("faktura.pdf", "application/pdf", b"%PDF-1.7 bytes")])


def message(subject: str = "Faktura 202600123", **facts: Any) -> OutboundMessage:
    return OutboundMessage.objects.create(
        **{
            "kind": KIND,
            "reference": subject,
            "recipient": "post@bygdekor.example",
            "language": "nb",
            "subject": subject,
            "body": "Hei, <b>Bygdekor</b> Vest!",
            "created_at": NOW,
            **facts,
        }
    )


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(builders.administrator())
    return client


def test_the_list_shows_each_message_with_its_state(office: Client) -> None:
    message("Venter her")
    message("Sendt her", sent_at=NOW)
    message("Feilet her", failed_at=NOW)
    page = office.get("/outbox/").content.decode()
    for word in ("Venter her", "Sendt her", "Feilet her", "3 meldinger", "Venter<", "Sendt<", "Feilet<"):
        assert word in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=failed", "Feilet her"),
        ("status=sent", "Sendt her"),
        ("status=waiting", "Venter her"),
        ("q=ter+h", "Venter her"),
    ],
)
def test_the_list_is_narrowed_by_state_and_text(office: Client, query: str, found: str) -> None:
    message("Venter her")
    message("Sendt her", sent_at=NOW)
    message("Feilet her", failed_at=NOW)
    page = office.get(f"/outbox/?{query}").content.decode()
    assert [word for word in ("Venter her", "Sendt her", "Feilet her") if word in page] == [found]


def test_a_list_without_hits_says_so_and_leads_back(office: Client) -> None:
    page = office.get("/outbox/?q=korr").content.decode()
    assert "Ingen meldinger passer." in page
    assert 'href="/outbox/"' in page


def test_the_number_of_queries_does_not_follow_the_number_of_messages(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        message(f"Melding {number}")
    with django_assert_max_num_queries(6):
        page = office.get("/outbox/").content.decode()
    assert page.count('class="name"') == 50


def test_a_message_is_shown_as_text_whatever_it_holds(office: Client) -> None:
    sent = message()
    page = office.get(f"/outbox/{sent.pk}/").content.decode()
    assert "&lt;b&gt;Bygdekor&lt;/b&gt;" in page
    assert "post@bygdekor.example" in page


def test_an_attachment_is_downloaded_and_never_opened_in_the_page(office: Client) -> None:
    sent = message()
    assert "faktura.pdf" in office.get(f"/outbox/{sent.pk}/").content.decode()
    file = office.get(f"/outbox/{sent.pk}/attachments/1/")
    assert file.content == b"%PDF-1.7 bytes"
    assert file.headers["Content-Disposition"] == 'attachment; filename="faktura.pdf"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert office.get(f"/outbox/{sent.pk}/attachments/2/").status_code == 404
    assert office.get(f"/outbox/{sent.pk}/attachments/0/").status_code == 404


def test_a_message_that_was_given_up_is_sent_again_and_the_log_says_who(office: Client) -> None:
    given_up = message(failed_at=NOW, attempts=6, last_error="550 no such user")
    assert "Send på nytt" in office.get(f"/outbox/{given_up.pk}/").content.decode()
    answer = office.post(f"/outbox/{given_up.pk}/again/")
    assert answer.headers["Location"] == f"/outbox/{given_up.pk}/"
    assert OrmQ.objects.count() == 1
    given_up.refresh_from_db()
    assert (given_up.attempts, given_up.state) == (0, "waiting")
    event = AuditEvent.objects.get(action="message.send_again")
    assert event.actor is not None
    assert outbox.send(given_up.pk)
    assert [sent.subject for sent in mail.outbox] == ["Faktura 202600123"]


@pytest.mark.parametrize("facts", [{}, {"sent_at": NOW}], ids=["waiting", "sent"])
def test_a_message_that_has_not_failed_is_not_sent_again(office: Client, facts: dict[str, Any]) -> None:
    other = message(**facts)
    assert "Send på nytt" not in office.get(f"/outbox/{other.pk}/").content.decode()
    assert office.post(f"/outbox/{other.pk}/again/").status_code == 409
    assert not OrmQ.objects.exists()


def test_the_demo_says_that_nothing_leaves_the_house(office: Client, settings: Any) -> None:
    settings.DEMO = True
    assert "Ingen e-post sendes ut" in office.get("/outbox/").content.decode()
