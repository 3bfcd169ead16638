"""Who gets which discount: the tier table, declarations with evidence, decisions and their letters.

Tiers are given so that the pot of the middle year lasts, but not by much: a big buyer is a bigger organisation.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from advisory.kernel import audit
from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from advisory.kernel.outbox import OutboundMessage
from advisory.web.demo.cases import bring_cases
from advisory.web.demo.evidence import accounts
from advisory.web.demo.people import Staff
from advisory.web.demo.wishes import Wishes, at, month_end, workday_from
from billing.discounts.letters import decision_letters
from billing.discounts.models import Basis
from billing.discounts.rules import Step, last_day
from billing.discounts.tables import adopt_tier_table
from billing.models import Tier, TierDecision
from clients.memberships import Role
from clients.models import EvidenceFile, IncomeDeclaration, Membership, Organisation
from clients.organisations import Kind, Status
from engagements.models import TimeEntry

#: Tier, income from, percent (domain rules, 2), and incomes that invented organisations of the tier have.
TIERS = (
    ("T1", 0, 70, (38_000, 96_000, 142_500, 212_000, 287_400, 365_000, 449_900)),
    ("T2", 500_000, 50, (512_000, 587_250, 612_000, 740_000, 866_300, 951_000)),
    ("T3", 1_000_000, 25, (1_120_000, 1_480_500, 2_260_000, 3_400_000, 4_875_000)),
    ("T0", 5_000_000, 0, (5_300_000, 8_120_000, 14_700_000, 31_000_000)),
)
_ORDER = tuple(code for code, _start, _percent, _incomes in TIERS)
_PERCENT = {code: percent for code, _start, percent, _incomes in TIERS}
SHOWCASE_INCOME, A_YEAR_LESS = 612_000, 24_600
#: The estimate of an hour's price; only used to see how far a pot reaches.
_AN_HOUR = 960
#: In percent: so much of eight hundred hours at the memo's rate is a little less than the pot.
PART_OF_PRICES = 31
LAST_EVIDENCE = 60
#: The reason of a decision by the language the organisation reads.
REASONS = {
    "nb": "Årsregnskapet for {year} viser inntekter som gir dette rabattrinnet.",
    "nn": "Årsrekneskapen for {year} viser inntekter som gir dette rabattsteget.",
    "en": "The accounts for {year} show an income that gives this discount tier.",
}


@dataclass(slots=True)
class Standing:
    """What one organisation has declared and been given."""

    organisation: Organisation
    code: str
    #: regular, undecided, waiting, expired, expiring, no_evidence or not_eligible.
    story: str = "regular"
    owner: Membership | None = None


def give_discounts(
    organisations: Sequence[Organisation], entries: Sequence[TimeEntry], staff: Staff, wishes: Wishes
) -> None:
    """Tier table, declarations and decisions with their letters."""
    standings, tiers = _standings(organisations, entries, wishes), _tier_table(staff, wishes)
    _decide(standings, tiers, staff, wishes)
    lately, ever = (_minutes(entries, first, date.max) for first in (wishes.as_of - timedelta(days=30), date.min))
    active = [s for s in standings[1:] if s.organisation.status == Status.ACTIVE]
    bring_cases(
        [s.organisation for s in active if s.story == "undecided" and s.organisation.pk not in ever],
        [s.organisation for s in active if s.organisation.pk not in lately and _holds(s, wishes)],
        tiers,
        staff,
        wishes,
    )


def _holds(standing: Standing, wishes: Wishes) -> bool:
    """Whether it has a discount that is not the largest, for a good while yet."""
    if standing.story != "regular" or standing.code not in ("T2", "T3"):
        return False
    decisions = TierDecision.objects.filter(organisation=standing.organisation)
    return decisions.filter(valid_to__gt=wishes.as_of + timedelta(days=150), tier__percent__gt=0).exists()


def _tier_table(staff: Staff, wishes: Wishes) -> dict[str, Tier]:
    table = adopt_tier_table(
        valid_from=date(wishes.year - 1, 1, 1),
        steps=[Step(code, Decimal(start), Decimal(percent)) for code, start, percent, _incomes in TIERS],
        note=f"Vedtatt av styret, sak 12/{wishes.year - 2}",
        by=staff.administrator,
        now=at(wishes.first_day - timedelta(days=28), 12),
    )
    return {tier.code: tier for tier in table.tiers.all()}


def _standings(organisations: Sequence[Organisation], entries: Sequence[TimeEntry], wishes: Wishes) -> list[Standing]:
    dice = wishes.dice("discounts")
    standings = [
        Standing(one, "T2")
        if place == 0
        else Standing(one, _likely_tier(one, dice))
        if one.kind == Kind.VOLUNTARY
        else Standing(one, "T0", "not_eligible")
        for place, one in enumerate(organisations)
    ]
    _give_stories(standings, entries, wishes)
    _let_the_pot_last(standings, entries, wishes)
    return standings


def _likely_tier(one: Organisation, dice: random.Random) -> str:
    """Many members, more money; but not always."""
    by_size = sum((one.members or 0) >= fewest for fewest in (60, 160, 1000))
    return _ORDER[min(3, max(0, by_size + dice.choice((-1, 0, 0, 0))))]


def _give_stories(standings: list[Standing], entries: Sequence[TimeEntry], wishes: Wishes) -> None:
    """Some are not decided, expired, or wait: they are among those whose hours are proposed now."""
    proposed = _minutes(entries, wishes.proposed_month, month_end(wishes.proposed_month))
    voluntary = [s for s in standings[1:] if s.story == "regular"]
    busy = [s for s in voluntary if proposed.get(s.organisation.pk)]
    quiet = [s for s in voluntary if s not in busy and s.organisation.status == Status.ACTIVE]
    scale = max(1, len(standings) // 40)
    for pool, story, count in (
        (busy, "undecided", 1), (busy, "expired", 1), (busy, "waiting", 1), (busy, "expiring", 1),
        (quiet, "undecided", 2), (quiet, "waiting", 1), (quiet, "no_evidence", 1), (quiet, "expiring", 1),
    ):  # fmt: skip
        for standing in pool[: count * scale]:
            standing.story = story
        del pool[: count * scale]


def _let_the_pot_last(standings: list[Standing], entries: Sequence[TimeEntry], wishes: Wishes) -> None:
    """Move organisations a tier up or down, each at most once, until discounts are their part of all prices."""
    worked = _minutes(entries, wishes.first_day, wishes.as_of)
    aim = sum(worked.values()) * _AN_HOUR * PART_OF_PRICES // 60
    movable = [s for s in standings[1:] if s.story == "regular" and worked.get(s.organisation.pk)]
    while movable:
        missing = aim - sum(_discount(s, worked) for s in standings)
        if abs(missing) * 20 < aim:
            return
        step = -1 if missing > 0 else 1
        moves = [
            (abs(missing - _gain(s, step, worked)), place) for place, s in enumerate(movable) if _gain(s, step, worked)
        ]
        nearest, place = min(moves, default=(abs(missing), 0))
        if nearest >= abs(missing):
            return
        moved = movable.pop(place)
        moved.code = _ORDER[_ORDER.index(moved.code) + step]


def _gain(standing: Standing, step: int, worked: dict[int, int]) -> int:
    """How many øre more discount there would be with another tier; 0 where there is none."""
    place = _ORDER.index(standing.code) + step
    if not 0 <= place < len(_ORDER):
        return 0
    percent = _PERCENT[_ORDER[place]] - _PERCENT[standing.code]
    return worked[standing.organisation.pk] * _AN_HOUR * percent // 60


def _discount(standing: Standing, worked: dict[int, int]) -> int:
    """About how much discount the organisation's minutes are given, in øre."""
    if standing.story in ("undecided", "not_eligible", "no_evidence"):
        return 0
    return worked.get(standing.organisation.pk, 0) * _AN_HOUR * _PERCENT[standing.code] // 60


def _minutes(entries: Sequence[TimeEntry], first: date, last: date) -> dict[int, int]:
    """Billable minutes from `first` to and including `last` by organisation."""
    found: dict[int, int] = defaultdict(int)
    for entry in entries:
        if entry.billable and entry.engagement is not None and first <= entry.day <= last:
            found[entry.engagement.organisation.pk] += entry.minutes
    return found


@dataclass(slots=True)
class Round:
    """One year's declaration of an organisation and what came of it."""

    standing: Standing
    year: int
    declaration: IncomeDeclaration | None
    decided_on: date
    basis: Basis
    code: str
    valid_from: date
    valid_to: date
    reason: str
    files: list[EvidenceFile]


def _decide(standings: Sequence[Standing], table: dict[str, Tier], staff: Staff, wishes: Wishes) -> None:
    dice, owners = wishes.dice("decisions"), _owners()
    for standing in standings:
        standing.owner = owners.get(standing.organisation.pk)
    rounds = [one for place, standing in enumerate(standings) for one in _rounds(standing, place, staff, wishes, dice)]
    rounds.sort(key=lambda one: one.decided_on)
    IncomeDeclaration.objects.bulk_create([one.declaration for one in rounds if one.declaration], batch_size=1000)
    EvidenceFile.objects.bulk_create([file for one in rounds for file in one.files], batch_size=100)
    decided = [one for one in rounds if one.reason]
    decisions = [_decision(one, table, staff) for one in decided]
    TierDecision.objects.bulk_create(decisions, batch_size=1000)
    events = [_declared(one) for one in rounds if one.declaration]
    events += [
        audit.event(
            "tier.decide",
            decision,
            by=decision.decided_by,
            now=decision.decided_at,
            after={
                "tier": one.code,
                "percent": decision.tier.percent,
                "basis": one.basis,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "evidence": {file.name: file.sha256 for file in one.files},
            },
            reason=one.reason,
            organisation=one.standing.organisation.number,
        )
        for one, decision in zip(decided, decisions, strict=True)
    ]
    audit.record_all(sorted(events, key=lambda event: event.at))
    began = at(wishes.first_day, 0)
    OutboundMessage.objects.bulk_create(
        letter
        for decision in decisions
        if decision.decided_at >= began
        for letter in decision_letters(decision, now=decision.decided_at)
    )


def _rounds(standing: Standing, place: int, staff: Staff, wishes: Wishes, dice: random.Random) -> list[Round]:
    """The declarations whose decisions cover some of the year of hours, oldest first."""
    story = standing.story
    table_from = date(wishes.year - 1, 1, 1)
    if story == "not_eligible":
        return _full_price(standing, table_from, wishes) if place % 3 == 0 else []
    if story == "undecided":
        return []
    rounds = []
    for year in range(wishes.first_day.year - 2, wishes.as_of.year):
        end = last_day(year)
        arrived = max(date(year + 1, dice.randrange(2, 6), dice.randrange(3, 24)), table_from + timedelta(days=9))
        if end < wishes.first_day or arrived >= wishes.as_of - timedelta(days=60):
            continue
        rounds.append(_regular(standing, year, arrived, end, place, staff, wishes, dice))
    yesterday = wishes.as_of - timedelta(days=1)
    if story == "expired":
        # The accounts that would have carried the discount on never came.
        rounds = [one_round for one_round in rounds if one_round.valid_to < yesterday]
    elif story == "expiring" and rounds:
        rounds[-1].valid_to = wishes.as_of + timedelta(days=38)
        rounds[-1].reason = "Foreløpig vedtak: gjelder til årsmøtet har godkjent regnskapet."
    elif story == "no_evidence" and rounds:
        last = rounds[-1]
        last.basis, last.code, last.files = Basis.NO_EVIDENCE, "T0", []
        last.reason = "Årsregnskapet mangler. Vi har bedt om det to ganger."
    elif story == "waiting":
        arrived = yesterday - timedelta(days=place % 6)
        waiting = _regular(standing, wishes.as_of.year - 1, arrived, yesterday, place, staff, wishes, dice)
        waiting.reason = ""
        # Until it is decided the organisation stands without a tier.
        rounds = [*(one_round for one_round in rounds if one_round.valid_to < arrived), waiting]
    return rounds


def _full_price(standing: Standing, table_from: date, wishes: Wishes) -> list[Round]:
    """Who is no voluntary organisation is told so once a year, from the first of July."""
    rounds = []
    for year in range(wishes.first_day.year - 1, wishes.as_of.year + 1):
        day = workday_from(date(year, 7, 1))
        end = last_day(year - 1)
        if (
            max(table_from, standing.organisation.customer_since or day) <= day < wishes.as_of
            and end > wishes.first_day
        ):
            reason = "Ikke en frivillig organisasjon: betaler selvkost uten rabatt."
            rounds.append(Round(standing, 0, None, day, Basis.NOT_ELIGIBLE, "T0", day, end, reason, []))
    return rounds


def _regular(
    standing: Standing,
    year: int,
    arrived: date,
    end: date,
    place: int,
    staff: Staff,
    wishes: Wishes,
    dice: random.Random,
) -> Round:
    one = standing.organisation
    incomes = next(incomes for code, _start, _percent, incomes in TIERS if code == standing.code)
    income = Decimal(SHOWCASE_INCOME - A_YEAR_LESS * (wishes.year - 1 - year) if place == 0 else dice.choice(incomes))
    submitted = at(arrived, 9 + place % 9, (place * 13) % 60)
    by = staff.advisors[place % len(staff.advisors)]
    if standing.owner is not None and standing.owner.created_at < submitted:
        by = standing.owner.user
    declaration = IncomeDeclaration(
        organisation=one,
        year=year,
        total_income=nok(income),
        comment=dice.choice(("", "", "", "Medregnet tilskudd fra kommunen.", "Godkjent av årsmøtet.")),
        arrived_on=arrived,
        submitted_at=submitted,
        submitted_by=by,
    )
    files = []
    if place < LAST_EVIDENCE:
        content = accounts(one.name, year, income)
        facts = facts_of(f"årsregnskap-{year}.pdf", "application/pdf", content)
        files = [EvidenceFile(declaration=declaration, uploaded_at=submitted, uploaded_by=by, **facts)]
    decided = arrived + timedelta(days=2 + place % 5)
    reason = REASONS.get(one.language, REASONS["nb"]).format(year=year)
    return Round(standing, year, declaration, decided, Basis.ACCOUNTS, standing.code, arrived, end, reason, files)


def _owners() -> dict[int, Membership]:
    """By organisation, the first owner who has signed in: he sends the declarations himself from then on."""
    owners = (
        Membership.objects.current()
        .filter(role=Role.OWNER, user__last_login__isnull=False)
        .select_related("user")
        .order_by("-pk")
    )
    return {owner.organisation_id: owner for owner in owners}


def _decision(one: Round, table: dict[str, Tier], staff: Staff) -> TierDecision:
    # Nobody decides for an organisation he helps; administrators lead nothing here.
    return TierDecision(
        organisation=one.standing.organisation,
        tier=table[one.code],
        declaration=one.declaration,
        basis=one.basis,
        income_year=one.year or None,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        reason=one.reason,
        evidence=[{"name": file.name, "sha256": file.sha256} for file in one.files],
        decided_at=at(one.decided_on, 10 + len(one.files), one.standing.organisation.number % 60),
        decided_by=staff.administrators[one.standing.organisation.number % 2],
    )


def _declared(one: Round) -> audit.AuditEvent:
    declaration = one.declaration
    assert declaration is not None
    return audit.event(
        "income.declare",
        declaration,
        by=declaration.submitted_by,
        now=declaration.submitted_at,
        after={
            "year": one.year,
            "arrived_on": declaration.arrived_on,
            "evidence": {file.name: file.sha256 for file in one.files},
        },
        organisation=one.standing.organisation.number,
    )
