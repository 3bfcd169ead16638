"""The settings: one page leads to all, texts are written from fixed placeholders, closed years hold their months."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from advisory.kernel import periods, texts
from advisory.kernel.audit import AuditEvent
from advisory.kernel.periods import ClosedMonth, MonthHeld, PeriodKind
from advisory.kernel.texts import MessageText, MissingPlaceholders, Text, UnknownPlaceholders
from advisory.web.settings.hub import GROUPS
from billing.discounts import letter_kinds, letters
from billing.invoicing import mail
from tests import builders as b
from tests.builders import NOW

pytestmark = pytest.mark.django_db

CANARIES = ("{{7*7}}", "{% now %}", "%(organisation)s", "{0.__class__}", "{organisation}", "${organisation}")
COMPLAINT = letter_kinds.COMPLAINT


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(b.administrator(language="nb"))
    return client


def _edit(kind: str = "tier-complaint", language: str = "nb") -> str:
    return reverse("message_text", args=[kind, language])


def test_the_page_leads_to_every_setting(office: Client) -> None:
    page = office.get(reverse("settings")).content.decode()
    for group in GROUPS:
        for setting in group.settings:
            assert f'href="{reverse(setting.url_name)}"' in page


def test_values_are_put_in_once_and_as_they_are() -> None:
    values = dict.fromkeys(("organisation", "seller"), " ".join(CANARIES))
    filled = texts.fill(Text("Til {organisation}", "Hei, {organisation}!\n\nHilsen {seller}"), values)
    assert filled.subject == f"Til {' '.join(CANARIES)}"
    assert filled.body == f"Hei, {' '.join(CANARIES)}!\n\nHilsen {' '.join(CANARIES)}\n"


@pytest.mark.parametrize("canary", ["{{7*7}}", "{% now %}", "%(x)s", "{0.__class__}", "{organisation.number}"])
def test_no_template_language_runs_in_what_an_administrator_writes(office: Client, canary: str) -> None:
    data = {"subject": f"Klage {canary}", "body": f"{canary} {{link}}"}
    assert office.post(_edit(), data).status_code == 302
    written = texts.Texts().compose(COMPLAINT, "nb", {"link": "lenke"})
    assert (written.subject, written.body) == (f"Klage {canary}", f"{canary} lenke\n")


def test_what_does_not_apply_leaves_no_hole() -> None:
    text = Text("x", "Hei\n\n{answer}\n\nFordi: {reason}\n\n{conditions}\n\nHilsen")
    assert texts.fill(text, {"answer": "", "reason": "r", "conditions": ""}).body == "Hei\n\nFordi: r\n\nHilsen\n"
    assert texts.fill(text, {"answer": "A", "reason": "r", "conditions": "B\n\nC"}).body == (
        "Hei\n\nA\n\nFordi: r\n\nB\n\nC\n\nHilsen\n"
    )


def test_a_subject_is_one_line() -> None:
    assert texts.fill(Text("Til {organisation}", "x"), {"organisation": "A\r\nBcc: b@c.example"}).subject == (
        "Til A Bcc: b@c.example"
    )


def test_unknown_and_missing_placeholders_are_refused_by_name(office: Client) -> None:
    with pytest.raises(UnknownPlaceholders, match=r"\{organisasjon\}, \{Lenke\}"):
        texts.check(COMPLAINT, Text("{organisasjon}", "{link} {Lenke}"))
    with pytest.raises(MissingPlaceholders, match=r"\{link\}"):
        texts.check(COMPLAINT, Text("{link}", "Uten lenke"))
    answer = office.post(_edit(), {"subject": "Hei", "body": "Til {organisasjon} {link}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert "{organisasjon}" in page
    assert not MessageText.objects.exists()


def test_every_default_keeps_its_own_rules_in_every_language() -> None:
    kinds = texts.kinds()
    assert {"invoice", "credit-note", "tier-decision"} <= {kind.key for kind in kinds}
    for kind in kinds:
        for language in ("nb", "nn", "en"):
            texts.check(kind, texts.default_text(kind, language))
            example = texts.example_values(kind, language)
            assert set(example) == {each.name for each in kind.placeholders}
            assert "{" not in texts.fill(texts.default_text(kind, language), example).body


def test_a_text_of_our_own_is_mailed_from_then_on_in_its_language_alone(office: Client) -> None:
    b.seller()
    office.post(_edit("tier-hardship-refused"), {"subject": "Nei, {organisation}", "body": "{reason}\r\n{link}"})
    subject, body = letters.refusal_text(b.organisation("Koret", language="nb"), "Fordi.", now=NOW)
    assert subject == "Nei, Koret"
    assert body.startswith("Fordi.\nhttp")
    subject, _body = letters.refusal_text(b.organisation("Koret", language="nn"), "Fordi.", now=NOW)
    assert subject != "Nei, Koret"


def test_what_is_written_and_taken_back_stays_in_the_audit_log(office: Client) -> None:
    office.post(_edit(), {"subject": "Klage", "body": "Ny {link}"})
    written = AuditEvent.objects.get(action="message_text.write")
    assert written.after == {"subject": "Klage", "body": "Ny {link}"}
    assert "{link}" in written.before["body"]
    office.post(reverse("message_text_default", args=["tier-complaint", "nb"]))
    assert AuditEvent.objects.get(action="message_text.use_default").before["body"] == "Ny {link}"
    assert not MessageText.objects.exists()
    page = office.get(reverse("audit_log")).content.decode()
    assert "Tekst til melding skrevet" in page


def test_the_preview_saves_nothing(office: Client) -> None:
    answer = office.post(_edit(), {"subject": "Hei {organisation}", "body": "{link}", "preview": "1"})
    assert answer.status_code == 200
    assert "Hei Bygdekor Vest" in answer.content.decode()
    assert not MessageText.objects.exists()


def test_an_advisor_changes_no_text(client: Client) -> None:
    client.force_login(b.advisor())
    assert client.post(_edit(), {"subject": "x", "body": "{link}"}).status_code == 403
    assert not MessageText.objects.exists()


def test_the_list_takes_as_many_queries_however_many_texts(
    office: Client, django_assert_max_num_queries: object
) -> None:
    by = b.administrator()
    for kind in (mail.INVOICE, COMPLAINT):
        for language in ("nb", "nn", "en"):
            texts.write_text(kind=kind, language=language, text=texts.default_text(kind, language), by=by, now=NOW)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert office.get(reverse("message_texts")).status_code == 200


def test_something_above_can_hold_a_month_closed(monkeypatch: pytest.MonkeyPatch, office: Client) -> None:
    month = date(2026, 9, 1)
    closed = periods.close_month(kind=PeriodKind.HOURS, month=month, by=b.administrator(), now=NOW)
    monkeypatch.setattr(periods, "_holds", [lambda kind, months: dict.fromkeys(months, "året er avsluttet.")])
    with pytest.raises(MonthHeld):
        periods.open_month(closed=closed, by=b.administrator(), now=NOW, reason="En glemt time")
    answer = office.post(reverse("month_open"), {"month": "2026-09", "reason": "En glemt time"})
    assert answer.status_code == 422
    assert "året er avsluttet." in answer.content.decode()
    assert ClosedMonth.objects.exists()


def test_closing_tells_what_is_unfinished_first(office: Client) -> None:
    b.entry(b.engagement(b.organisation(), b.advisor()), 90, date(2026, 10, 14))
    page = office.get(f"{reverse('closed_months')}?close=2026-10").content.decode()
    assert "1,5 fakturerbare timer" in page
    assert not ClosedMonth.objects.exists()


def test_administrators_find_the_history_of_an_object_from_its_page(client: Client) -> None:
    organisation = b.organisation()
    link = f"{reverse('audit_log')}?object=clients.organisation:{organisation.pk}"
    for person, sees in ((b.administrator(), True), (b.advisor(), False)):
        client.force_login(person)
        page = client.get(reverse("organisation", args=[organisation.number])).content.decode()
        assert (link in page) is sees
