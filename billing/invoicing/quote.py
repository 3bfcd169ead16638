"""What a draft would cost if issued on a day: the preview and the issuing verb call the same function.

Nothing here is stored. Rates, tiers, VAT and pots are picked by the date of the *work*; a line never straddles
a change of any of them, or a year. A discount is paid by the pots that may pay for the work, in their order: each
gives what it has bound for the engagement and what is free in it, the next one gives the rest. The number of
queries does not depend on the number of drafts, hours or lines.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.money import ZERO
from advisory.kernel.pdf.text import unknown_signs
from advisory.kernel.seller import SellerParticulars
from billing.discounts.ledger import bound_for, holdings
from billing.discounts.models import Basis, Pot, TierDecision, TierTable
from billing.discounts.purse import Purse
from billing.discounts.tables import bands
from billing.invoicing.document import Buyer, Document, DocumentLine, Seller
from billing.invoicing.models import InvoiceDraft
from billing.pricing import statement
from billing.pricing.lines import price_minutes
from billing.pricing.statement import LineStatement, PotFact, RateFact, TierBandFact, TierFact, VatFact
from billing.pricing.totals import totals
from billing.pricing.vat import TaxedNet, vat_groups
from billing.selfcost.models import RateVersion
from clients.organisations import Organisation
from clients.register.warnings import RegisterWarning, warnings_of
from engagements.models import Engagement, HourHold, TimeEntry, VatTreatment

# So much of a name fits in the note of a line, beside the period and the reference.
LONGEST_NAME = 100
NO_DISCOUNT = Decimal("0.00")
# Stored with the line in the language of the law it speaks of, as every reason of a VAT treatment is.
NOT_REGISTERED = "Selger er ikke registrert i Merverdiavgiftsregisteret."


@dataclass(frozen=True, slots=True)
class Problem:
    """Something missing. `blocks` = the draft cannot be issued; otherwise it is a flag to look at."""

    code: str
    message: str
    blocks: bool = True
    url: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line to be issued, with what the rows need besides the printed facts."""

    line: DocumentLine
    entries: tuple[TimeEntry, ...]
    engagement: int
    service_type: int
    funding_area: int
    rate_version: int
    decision: int | None
    # (pot, what it pays of the discount), in the order the pots were asked.
    pots: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A draft priced: the document it would become, its hours, what each pot would pay, and what is missing.

    `draws` by (pot, engagement). Where the pots do not hold enough, the last one in order is written down for the
    rest, and `problems` says that it is missing.
    """

    draft: InvoiceDraft
    document: Document | None
    lines: tuple[PlannedLine, ...]
    entries: tuple[TimeEntry, ...]
    problems: tuple[Problem, ...]
    draws: Mapping[tuple[int, int], Decimal]
    fingerprint: str
    # The row of the seller's particulars that the document prints.
    particulars: int

    @property
    def ready(self) -> bool:
        """Whether it can be issued as it stands."""
        return self.document is not None and not any(problem.blocks for problem in self.problems)

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def gross(self) -> Decimal:
        return self.document.gross if self.document else ZERO

    @property
    def discount(self) -> Decimal:
        return self.document.discount if self.document else ZERO

    @property
    def net(self) -> Decimal:
        return self.document.net if self.document else ZERO

    @property
    def vat(self) -> Decimal:
        return self.document.vat if self.document else ZERO

    @property
    def total(self) -> Decimal:
        return self.document.total if self.document else ZERO


@dataclass(slots=True)
class _Rules:
    """Everything dated that prices need, read once for all drafts."""

    seller: SellerParticulars
    rates: list[tuple[RateVersion, RateFact]]
    vat: dict[int, list[VatTreatment]]
    decisions: dict[int, list[TierDecision]]
    tables: list[tuple[TierTable, tuple[TierBandFact, ...]]]
    pots: list[Pot]
    # What a register warns of, by organisation.
    warnings: dict[int, RegisterWarning] = field(default_factory=dict)
    # One object per fact, so that a set of lines shares it.
    vat_facts: dict[int, VatFact] = field(default_factory=dict)
    tier_facts: dict[tuple[str, int], TierFact] = field(default_factory=dict)
    pot_facts: dict[int, PotFact] = field(default_factory=dict)
    payers: dict[tuple[date, int, str, bool], tuple[Pot, ...]] = field(default_factory=dict)

    def rate(self, service: str, day: date) -> tuple[RateVersion, RateFact] | None:
        """What is in force; a price per seat too, which `prices_hours` tells apart."""
        return next((r for r in self.rates if r[0].service == service and r[0].valid_from <= day), None)

    def vat_of(self, service_type: int, day: date) -> VatFact | None:
        treatment = next((t for t in self.vat.get(service_type, []) if t.valid_from <= day), None)
        if treatment is None:
            return None
        if not self.seller.vat_registered:
            return self.vat_facts.setdefault(0, VatFact("O", NO_DISCOUNT, NOT_REGISTERED))
        return self.vat_facts.setdefault(treatment.pk, VatFact(treatment.category, treatment.percent, treatment.reason))

    def tier(self, organisation: int, day: date) -> tuple[TierDecision | None, TierFact]:
        decision = next((d for d in self.decisions.get(organisation, []) if d.valid_from <= day <= d.valid_to), None)
        if decision is None:
            table = next((t for t in self.tables if t[0].valid_from <= day), None)
            key = ("table", table[0].pk if table else 0)
            return None, self.tier_facts.setdefault(key, TierFact("", NO_DISCOUNT, table[1] if table else ()))
        key = ("decision", decision.pk)
        if key not in self.tier_facts:
            bands = next(t[1] for t in self.tables if t[0].pk == decision.tier.table_id)
            self.tier_facts[key] = TierFact(
                code=decision.tier.code,
                percent=decision.tier.percent,
                bands=bands,
                decision=decision.pk,
                decided_on=timezone.localdate(decision.decided_at),
                valid_from=decision.valid_from,
                valid_to=decision.valid_to,
                income_year=decision.income_year,
            )
        return decision, self.tier_facts[key]

    def pots_for(self, entry: TimeEntry, decision: TierDecision | None, tier: TierFact) -> tuple[Pot, ...]:
        """Those that may pay the discount on an hour, in the order they are asked; none for the full price."""
        if not tier.percent:
            return ()
        hardship = decision is not None and decision.basis == Basis.HARDSHIP
        key = (entry.day, entry.funding_area, tier.code, hardship)
        if key not in self.payers:
            self.payers[key] = tuple(p for p in self.pots if p.pays_for(*key[:3], hardship=hardship))
        return self.payers[key]

    def pot_fact(self, pot: Pot) -> PotFact:
        return self.pot_facts.setdefault(pot.pk, PotFact(pot.pk, pot.name, pot.funder))


def quotes(drafts: Iterable[InvoiceDraft], *, on: date) -> list[Quote]:
    """Price drafts as if issued on `on`, in the given order: pots are spent in that order too.

    Raises `SellerUnknown` when nobody says who issues on that day.
    """
    drafts = list(drafts)
    if not drafts:
        return []
    by_draft: dict[int | None, list[TimeEntry]] = defaultdict(list)
    holds = HourHold.objects.filter(draft__in=[draft.pk for draft in drafts]).select_related(
        "entry__engagement__beneficiary", "entry__service_type"
    )
    for held in holds.order_by("entry__day", "entry_id"):
        by_draft[held.draft].append(held.entry)
    rules = _rules([draft.organisation_id for draft in drafts], on)
    rules.warnings = warnings_of([draft.organisation for draft in drafts])
    return _in_turn([(draft, by_draft[draft.pk]) for draft in drafts], rules, on)


def quotes_as_if(entries: Iterable[TimeEntry], *, on: date, rate: tuple[RateVersion, RateFact] | None) -> list[Quote]:
    """Price hours as if all of each organisation were issued on `on`, with `rate` adopted beside those that are.

    For showing what a rate would change: the drafts and the rate version may be unsaved, and nothing is stored. The
    hours come with engagement, its organisation and beneficiary, and service type; quotes come in their order.
    """
    by_organisation: dict[int, tuple[InvoiceDraft, list[TimeEntry]]] = {}
    for entry in entries:
        assert entry.engagement is not None
        payer = entry.engagement.organisation
        by_organisation.setdefault(payer.pk, (InvoiceDraft(organisation=payer), []))[1].append(entry)
    if not by_organisation:
        return []
    rules = _rules(list(by_organisation), on)
    if rate is not None:
        rules.rates = sorted([*rules.rates, rate], key=lambda known: known[0].valid_from, reverse=True)
    return _in_turn(list(by_organisation.values()), rules, on)


def _in_turn(drafts: Sequence[tuple[InvoiceDraft, list[TimeEntry]]], rules: _Rules, on: date) -> list[Quote]:
    pots = [pot.pk for pot in rules.pots]
    working_on = {entry.engagement_id for _draft, entries in drafts for entry in entries}
    purse = Purse(holdings(pots), bound_for([pk for pk in working_on if pk is not None], pots))
    made = []
    for draft, entries in drafts:
        trial = purse.copy()
        priced = _quote(draft, entries, rules, trial, on)
        made.append(priced)
        # A draft that is not issued takes nothing from the next one.
        purse = trial if priced.ready else purse
    return made


def quote(draft: InvoiceDraft, *, on: date) -> Quote:
    """Price one draft."""
    return quotes([draft], on=on)[0]


def _rules(organisations: Sequence[int], on: date) -> _Rules:
    vat: dict[int, list[VatTreatment]] = defaultdict(list)
    for treatment in VatTreatment.objects.order_by("-valid_from"):
        vat[treatment.service_type_id].append(treatment)
    decisions: dict[int, list[TierDecision]] = defaultdict(list)
    for decision in TierDecision.objects.for_many(set(organisations)):
        decisions[decision.organisation_id].append(decision)
    return _Rules(
        seller=SellerParticulars.objects.on(on),
        rates=[(v, statement.rate_from_json(v.calculation)) for v in RateVersion.objects.order_by("-valid_from")],
        vat=vat,
        decisions=decisions,
        tables=[(table, bands(table)) for table in TierTable.objects.prefetch_related("tiers").order_by("-valid_from")],
        pots=list(Pot.objects.in_order()),
    )


def _quote(draft: InvoiceDraft, entries: list[TimeEntry], rules: _Rules, purse: Purse, on: date) -> Quote:
    organisation = draft.organisation
    problems: dict[str, Problem] = {}
    if warning := rules.warnings.get(organisation.pk):
        problems["register"] = _warned(organisation, warning)
    groups: dict[tuple[Any, ...], list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        assert entry.engagement is not None
        assert entry.service_type is not None
        rate = rules.rate(entry.service_type.service, entry.day)
        vat = rules.vat_of(entry.service_type_id or 0, entry.day)
        decision, tier = rules.tier(organisation.pk, entry.day)
        pots = rules.pots_for(entry, decision, tier)
        if rate is None:
            problems.setdefault("no_rate", _no_rate(entry))
            continue
        if not rate[0].prices_hours:
            problems.setdefault("seats_only", _seats_only(entry, rate[0]))
            continue
        if vat is None:
            problems.setdefault("no_vat", _no_vat(entry))
            continue
        if decision is None and organisation.is_voluntary:
            problems.setdefault("no_decision", _no_decision(organisation))
        if tier.percent and not pots:
            problems.setdefault("no_pot", _no_pot(entry))
        if not entry.text:
            problems.setdefault("no_text", Problem("no_text", _("Some hours do not say what was done."), blocks=False))
        key = (
            entry.engagement.reference, entry.service_type_id, rate[0].pk,
            decision.pk if decision else 0, tuple(pot.pk for pot in pots), vat.category, vat.percent,
            entry.day.year, entry.funding_area,
        )  # fmt: skip
        groups[key].append(entry)
    with translation.override(organisation.language):
        planned = tuple(
            _line(position, groups[key], rules, purse, organisation)
            for position, key in enumerate(sorted(groups, key=lambda k: (k[0], groups[k][0].day, k[1:])), start=1)
        )
        document = _document(draft, planned, rules, on) if planned else None
    for asked, missing in purse.missing.items():
        discount = document.discount if document else missing
        problems["pot_empty"] = _pot_empty([p for p in rules.pots if p.pk in asked], missing, discount)
    if document is not None and (signs := _unprintable(document)):
        problems["signs"] = _signs(signs)
    for problem in _missing_particulars(organisation):
        problems.setdefault(problem.code, problem)
    if not entries:
        problems["no_hours"] = Problem("no_hours", _("The proposal has no hours left."))
    return Quote(
        draft=draft,
        document=document,
        lines=planned,
        entries=tuple(entries),
        problems=tuple(sorted(problems.values(), key=lambda problem: not problem.blocks)),
        draws=dict(purse.spent),
        fingerprint=_fingerprint(draft, planned),
        particulars=rules.seller.pk,
    )


def _line(
    position: int, entries: list[TimeEntry], rules: _Rules, purse: Purse, organisation: Organisation
) -> PlannedLine:
    first = entries[0]
    engagement, service_type = first.engagement, first.service_type
    assert engagement is not None
    assert service_type is not None
    found = rules.rate(service_type.service, first.day)
    vat = rules.vat_of(service_type.pk, first.day)
    assert found is not None
    assert vat is not None
    version, rate = found
    decision, tier = rules.tier(organisation.pk, first.day)
    minutes = sum(entry.minutes for entry in entries)
    price = price_minutes(minutes, rate.rate, tier.percent)
    payers = rules.pots_for(first, decision, tier)
    shares = purse.pay(price.discount, [pot.pk for pot in payers], engagement.pk)
    by_pk = {pot.pk: pot for pot in payers}
    days = [entry.day for entry in entries]
    name = service_type.name_in(organisation.language)
    period = show.period(min(days), max(days), organisation.language)
    line = DocumentLine(
        position=position,
        engagement=engagement.reference,
        engagement_title=engagement.title,
        text=engagement.title if name.casefold() == engagement.title.casefold() else f"{name}: {engagement.title}",
        note=_note(engagement, period),
        first_day=min(days),
        last_day=max(days),
        minutes=minutes,
        unit_price=rate.rate,
        gross=price.gross,
        discount_percent=tier.percent,
        discount=price.discount,
        net=price.net,
        vat_category=vat.category,
        vat_percent=vat.percent,
        statement=LineStatement(
            minutes=minutes,
            rate=rate,
            gross=price.gross,
            tier=tier,
            discount=price.discount,
            pots=tuple((rules.pot_fact(by_pk[pot]), paid) for pot, paid in shares),
            net=price.net,
            vat=vat,
        ),
    )
    return PlannedLine(
        line=line,
        entries=tuple(entries),
        engagement=engagement.pk,
        service_type=service_type.pk,
        funding_area=first.funding_area,
        rate_version=version.pk,
        decision=decision.pk if decision else None,
        pots=shares,
    )


def _note(engagement: Engagement, period: str) -> str:
    """When and in which engagement; and for whom, where another organisation is helped than the one that pays."""
    facts = {"period": period, "reference": engagement.reference}
    if engagement.beneficiary is None:
        return _("%(period)s, engagement %(reference)s") % facts
    name = Truncator(engagement.beneficiary.name).chars(LONGEST_NAME)
    return _("%(period)s, engagement %(reference)s, carried out for %(name)s") % (facts | {"name": name})


def _document(draft: InvoiceDraft, planned: tuple[PlannedLine, ...], rules: _Rules, on: date) -> Document:
    organisation, lines = draft.organisation, tuple(plan.line for plan in planned)
    groups = vat_groups(
        TaxedNet(line.vat_category, line.vat_percent, line.net, line.statement.vat.reason) for line in lines
    )
    sums = totals(lines, groups)
    engagements = {entry.engagement_id: entry.engagement for plan in planned for entry in plan.entries}
    first, last = min(line.first_day for line in lines), max(line.last_day for line in lines)
    references = [e.their_reference or organisation.invoice_reference for e in engagements.values() if e]
    days = organisation.payment_days if organisation.payment_days is not None else rules.seller.payment_days
    return Document(
        number=None,
        language=organisation.language,
        issued_on=on,
        due_on=on + timedelta(days=days),
        subject=_("Advisory work %(period)s") % {"period": show.period(first, last, organisation.language)},
        delivered_from=first,
        delivered_to=last,
        place=", ".join(dict.fromkeys(e.place or rules.seller.city for e in engagements.values() if e))[:120],
        seller=seller_value(rules.seller),
        buyer=Buyer(
            number=organisation.number,
            name=organisation.name,
            address=organisation.address_lines,
            organisation_number=organisation.organisation_number,
            reference=", ".join(dict.fromkeys(filter(None, references)))[:120],
        ),
        lines=lines,
        vat_groups=groups,
        gross=sums.gross,
        discount=sums.discount,
        net=sums.net,
        vat=sums.vat,
        total=sums.total,
        payment_reference="",
    )


def seller_value(row: SellerParticulars) -> Seller:
    """The particulars as a document prints them."""
    return Seller(
        name=row.name,
        address=(row.address, f"{row.postal_code} {row.city}"),
        organisation_number=row.organisation_number,
        vat_registered=row.vat_registered,
        account=row.account,
        email=row.email,
        phone=row.phone,
        web=row.web,
        accent=row.accent,
        mark=bytes(row.mark) if row.mark else None,
    )


def _fingerprint(draft: InvoiceDraft, planned: tuple[PlannedLine, ...]) -> str:
    """What a review saw: hours by id and every price.

    The day of issue is not part of it, nor which pots pay: that depends on what is issued before, and the receiver
    pays the same.
    """
    seen = [
        [statement.to_json(replace(plan.line.statement, pots=())), plan.line.text, [e.pk for e in plan.entries]]
        for plan in planned
    ]
    text = json.dumps([draft.pk, seen], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _warned(organisation: Organisation, warning: RegisterWarning) -> Problem:
    """A flag, not a hindrance: whether a claim shall be sent to an estate is for people to judge."""
    url = reverse("organisation", args=[organisation.number])
    return Problem("register", warning.sentence, blocks=False, url=url)


def _no_rate(entry: TimeEntry) -> Problem:
    assert entry.service_type is not None
    return Problem(
        "no_rate",
        _("No rate for %(service)s is adopted for %(day)s. Adopt one under Self-cost.")
        % {"service": entry.service_type.get_service_display(), "day": show.day(entry.day)},
        url=reverse("selfcost"),
    )


def _seats_only(entry: TimeEntry, rate: RateVersion) -> Problem:
    assert entry.service_type is not None
    return Problem(
        "seats_only",
        _("%(service)s has a price per seat from %(day)s, and no price of an hour. These hours cannot be billed.")
        % {"service": capfirst(entry.service_type.get_service_display()), "day": show.day(rate.valid_from)},
        url=reverse("selfcost"),
    )


def _no_vat(entry: TimeEntry) -> Problem:
    return Problem(
        "no_vat",
        _("%(service_type)s has no VAT treatment on %(day)s. Add one under Service types.")
        % {"service_type": entry.service_type, "day": show.day(entry.day)},
        url=reverse("service_types"),
    )


def _no_decision(organisation: Organisation) -> Problem:
    return Problem(
        "no_decision",
        _("No discount tier is decided for the days of the work: full self-cost."),
        blocks=False,
        url=reverse("organisation_income", args=[organisation.number]),
    )


def _no_pot(entry: TimeEntry) -> Problem:
    return Problem(
        "no_pot",
        _("No pot pays discounts for work done on %(day)s. Open one, or the discount cannot be given.")
        % {"day": show.day(entry.day)},
        url=reverse("pots"),
    )


def _pot_empty(asked: Sequence[Pot], missing: Decimal, discount: Decimal) -> Problem:
    """`asked` in their order; the last one is where the money ran out."""
    names = f" {_('and')} ".join(f"«{pot.name}»" for pot in asked)
    return Problem(
        "pot_empty",
        ngettext(
            "The discount is %(discount)s, but %(pots)s lacks %(missing)s. Add a grant to the pot.",
            "The discount is %(discount)s, but %(pots)s lack %(missing)s. Add a grant to one of the pots.",
            len(asked),
        )
        % {"pots": names, "missing": show.money(missing), "discount": show.money(discount)},
        url=reverse("pot", args=[asked[-1].pk]),
    )


def _unprintable(document: Document) -> str:
    """The signs of the printed texts that the PDF's font does not have, each once."""
    texts = [document.buyer.name, *document.buyer.address, document.buyer.reference]
    texts += [line.text for line in document.lines]
    return "".join(dict.fromkeys(sign for text in texts for sign in unknown_signs(text)))


def _signs(signs: str) -> Problem:
    return Problem(
        "signs",
        _("The PDF cannot print %(signs)s. It leaves them out or shows a question mark.") % {"signs": signs},
        blocks=False,
    )


def _missing_particulars(organisation: Organisation) -> Iterable[Problem]:
    edit = reverse("organisation_edit", args=[organisation.number])
    if not organisation.address_lines and not organisation.organisation_number:
        yield Problem("no_address", _("The organisation has neither an address nor an organisation number."), url=edit)
    if not organisation.mail_address:
        to_the_field = f"{edit}?{urlencode({'next': reverse('proposals')})}#id_invoice_email"
        yield Problem("no_email", _("The organisation has no e-mail address for invoices."), url=to_the_field)
