"""The engagement report on paper: what the organisation reads, in every size and with any text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engagements.report import pdf
from engagements.report.value import (
    EngagementReport,
    HoursByKind,
    NextStep,
    OutcomeFact,
    RecommendationFact,
    TimeFact,
)
from tests.paper import Drawn, faults, objects, pages, text, watched, without_spaces

REPORT = EngagementReport(
    reference="2026-014",
    title="Medlemssystem",
    organisation="Bygdekor Vest",
    seller="Kompetansebasen",
    phase="completed",
    goal="Ett medlemsregister i stedet for tre regneark.",
    done="Kartla behov sammen med styret\nHentet inn tre tilbud",
    started_on=date(2026, 9, 1),
    ended_on=date(2026, 10, 31),
    minutes_agreed=1320,
    minutes_used=1290,
    hours=(HoursByKind("Digital strategi", 750), HoursByKind("Anskaffelse", 435), HoursByKind("Spørsmål", 105)),
    entries=(
        TimeFact(date(2026, 9, 3), "Digital strategi", "Kartla behov", 750),
        TimeFact(date(2026, 10, 8), "Anskaffelse", "Hentet inn tilbud", 435),
        TimeFact(date(2026, 10, 30), "Spørsmål", "Telefon om innlogging", 105),
    ),
    outcomes=(
        OutcomeFact(
            "Tid til medlemsregister", "Fem timer er nok.", "achieved", "E1",
            Decimal("14"), Decimal("5"), Decimal("6"), "timer i måneden",
        ),
        OutcomeFact(
            "Riktig e-postadresse", "", "partly", "E3", Decimal("62.5"), Decimal("91"), Decimal("95"), "%"
        ),
        OutcomeFact("Rutine for tilgang", "", "planned", "E0", None, None, None, ""),
    ),
    recommendations=(
        RecommendationFact("Medlemssystem A", "https://verktoy.example/a", "4.2", "Register og kontingent.", True),
        RecommendationFact("Regneark", "", "", "Kan slettes.", False),
    ),
    next_steps=(NextStep("Be 19 medlemmer om ny adresse", date(2026, 11, 15)), NextStep("Vedta rutine", None)),
    made_on=date(2026, 11, 2),
    language="nb",
)  # fmt: skip


def drawn(report: EngagementReport) -> list[Drawn]:
    with watched() as seen:
        pdf.render(report)
    return seen


@pytest.mark.parametrize(
    "said",
    [
        "Medlemssystem",
        "Bygdekor Vest, 1. september–31. oktober 2026",
        "Rapport, oppdrag 2026-014",
        "1 av 3 mål nådd",
        "21,5",
        "22,0",
        "Fullført",
        "Ett medlemsregister i stedet for tre regneark.",
        "Hentet inn tre tilbud",
        "12,50",
        "Tid til medlemsregister",
        "timer i måneden, organisasjonen oppgir det",
        "Fem timer er nok.",
        "62,5 %",
        "91 %",
        "Delvis nådd",
        "Planlagt",
        "Medlemssystem A 4.2",
        "https://verktoy.example/a",
        "Frarådet. Kan slettes.",
        "Frist: 15. november 2026",
        "08.10.2026",
        "Telefon om innlogging",
        "Laget 2. november 2026 av Kompetansebasen.",
    ],
)
def test_the_report_says_all_the_organisation_may_read(said: str) -> None:
    assert said in text(pdf.render(REPORT))


def test_what_is_only_planned_names_no_evidence() -> None:
    assert "rådgiverens vurdering" not in text(pdf.render(REPORT))


@pytest.mark.parametrize(
    ("language", "said", "lang"),
    [
        ("nn", ("Kva vi gjorde", "Tilrådde verktøy", "Frist: 15. november 2026"), "nn-NO"),
        ("en", ("What we did", "Recommended tools", "By 15 November 2026"), "en-GB"),
    ],
)
def test_the_report_speaks_its_own_language(language: str, said: tuple[str, ...], lang: str) -> None:
    file = pdf.render(replace(REPORT, language=language))
    for each in said:
        assert each in text(file)
    assert objects(file).root_object["/Lang"] == lang


EMPTY = replace(
    REPORT, goal="", done="", started_on=None, ended_on=None, minutes_agreed=0, minutes_used=0, hours=(), entries=(),
    outcomes=(), recommendations=(), next_steps=(),
)  # fmt: skip


@pytest.mark.parametrize(
    "report",
    [
        REPORT,
        EMPTY,
        replace(REPORT, recommendations=()),
        replace(REPORT, next_steps=()),
        replace(REPORT, outcomes=REPORT.outcomes[2:]),
        replace(REPORT, outcomes=REPORT.outcomes * 15),
        replace(REPORT, entries=REPORT.entries * 60),
        replace(REPORT, hours=REPORT.hours * 9),
        replace(REPORT, recommendations=REPORT.recommendations * 12, next_steps=REPORT.next_steps * 3),
        replace(REPORT, title="Et langt oppdrag om medlemssystem, personvern og opplæring for alle lokallagene " * 4),
        replace(REPORT, done="Gjennomgang med styret. " * 80),
    ],
)
def test_no_text_meets_another_or_leaves_its_place(report: EngagementReport) -> None:
    for language in ("nb", "en"):
        assert faults(drawn(replace(report, language=language))) == []


def test_an_engagement_without_goals_says_so() -> None:
    assert "Ingen mål satt" in text(pdf.render(EMPTY))


def test_a_long_list_of_hours_goes_on_over_pages_and_is_whole() -> None:
    said = pages(pdf.render(replace(REPORT, entries=REPORT.entries * 60)))
    assert len(said) > 3
    assert "\n".join(said).count("Telefon om innlogging") == 60
    assert f"Side {len(said)} av {len(said)}" in said[-1]


def test_more_hours_than_are_printed_are_counted() -> None:
    said = text(pdf.render(replace(REPORT, entries=REPORT.entries * 140)))
    assert "og 20 til, se portalen" in said


def test_a_heading_never_stands_alone_at_the_foot() -> None:
    for many in range(1, 25):
        seen = drawn(replace(REPORT, outcomes=REPORT.outcomes[:1] * many))
        for page in {each.page for each in seen}:
            body = [each for each in seen if each.page == page and not each.is_foot]
            lowest = max(body, key=lambda each: each.line)
            assert lowest.size != 11, (many, lowest)


def test_a_long_account_of_what_was_done_goes_on_over_pages_and_is_whole() -> None:
    done = "\n".join(f"Punkt {n} av det vi gjorde sammen med styret og lokallagene" for n in range(1, 121))
    seen = drawn(replace(REPORT, done=done))
    assert faults(seen) == []
    told = [each.text for each in seen if each.text.startswith("Punkt ")]
    assert told == done.splitlines()


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf.render(REPORT) == pdf.render(REPORT)


HOSTILE = [
    "<b>fet</b> & <img src=/etc/hostname>",
    "\x00\x1b[31m\u202e",
    "🚀",
    "Čálliidsearvi Łódź",
    "",
    "W" * 900,
    "ord " * 50_000,
    "x" * 200_000,
    "linje\n" * 5_000,
]


@pytest.mark.parametrize("said", HOSTILE)
def test_no_text_makes_the_report_fail(said: str) -> None:
    report = EngagementReport(
        reference=said, title=said, organisation=said, seller=said, phase=said, goal=said, done=said,
        started_on=date(2026, 9, 1), ended_on=None, minutes_agreed=60, minutes_used=90,
        hours=(HoursByKind(said, 90),), entries=(TimeFact(date(2026, 9, 1), said, said, 90),),
        outcomes=(OutcomeFact(said, said, said, said, Decimal("-3"), Decimal("1000000"), Decimal("0"), said),),
        recommendations=(RecommendationFact(said, said, said, said, False),),
        next_steps=(NextStep(said, date(2026, 9, 2)),), made_on=date(2026, 9, 3), language="nb",
    )  # fmt: skip
    assert faults(drawn(report)) == []


def test_text_is_printed_as_it_stands() -> None:
    said = "<b>fet</b> & <img src=/etc/hostname> Čálliidsearvi"
    assert without_spaces(said) in without_spaces(text(pdf.render(replace(REPORT, goal=said))))
