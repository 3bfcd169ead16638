"""Invented organisations of all kinds and sizes over all counties, with their contacts and notes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

from stdnum.no import orgnr

from advisory.kernel import audit
from advisory.kernel.counters import locked
from advisory.web.demo import words
from advisory.web.demo.people import Staff
from advisory.web.demo.registers import RECORDED, category_of
from advisory.web.demo.wishes import Wishes, at
from clients.models import Contact, Note, Organisation
from clients.organisations import Kind, Status
from clients.organisations.models import FIRST_NUMBER
from clients.organisations.services import FACTS

BEFORE_BRANCHES = 20
_HOW_MANY = (0, 1, 1, 2, 2, 3)


def found_organisations(staff: Staff, wishes: Wishes) -> list[Organisation]:
    """The organisations in the order of their numbers; the showcase is the first."""
    dice = wishes.dice("organisations")
    names = _names(dice)
    numbers = _organisation_numbers(dice)
    places = list(words.PLACES)
    dice.shuffle(places)
    turn = cycle(places)
    made: list[Organisation] = []
    for place in range(wishes.organisations):
        name, kind, form, parent = next(names)
        where = words.SHOWCASE_PLACE if place == 0 else next(turn)
        since = wishes.first_day - timedelta(days=dice.randrange(14, 500))
        if place == 0:
            since = wishes.first_day - timedelta(days=420)
        above = next((one for one in made if one.name == parent), None)
        made.append(
            _organisation(
                name, kind, form, where, dice,
                number=FIRST_NUMBER + place,
                organisation_number=RECORDED.get(name) or next(numbers),
                icnpo=category_of(name) if kind == Kind.VOLUNTARY else None,
                parent=above,
                customer_since=since,
                created_at=at(since, 9 + dice.randrange(6), dice.randrange(60)),
            )
        )  # fmt: skip
    if made[0].name == words.SHOWCASE:
        # Its newest invoice is not due yet, whatever the day.
        made[0].members, made[0].language, made[0].payment_days = 38, "nb", 60
    for one in made[9::27]:
        one.status = Status.INACTIVE
    # The umbrellas are among the first, so that branches find the row above them.
    Organisation.objects.bulk_create(made[:BEFORE_BRANCHES])
    Organisation.objects.bulk_create(made[BEFORE_BRANCHES:], batch_size=500)
    counter = locked("organisation")
    counter.last = made[-1].number
    counter.save(update_fields=["last"])
    audit.record_all(
        audit.event(
            "organisation.register",
            one,
            by=staff.administrator,
            now=one.created_at,
            after=_facts(one),
            organisation=one.number,
        )
        for one in made
    )
    _add_contacts(made, staff, dice)
    _write_notes(made, staff, wishes)
    return made


def _names(dice: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """Name, kind, legal form and the name of the organisation above, without end and never twice."""
    yield words.SHOWCASE, Kind.VOLUNTARY, "FLI", ""
    first = [(name, Kind.VOLUNTARY, "FLI", "") for name in words.FIRST_NAMES]
    for above, (umbrella, _branch) in enumerate(words.UMBRELLAS):
        first.insert(2 + 3 * above, (umbrella, Kind.VOLUNTARY, "FLI", ""))
    first.insert(4, (words.AUTHORITIES[0], Kind.AUTHORITY, "KOMM", ""))
    first.insert(9, (words.COMPANIES[0], Kind.COMPANY, "AS", ""))
    first.insert(12, (words.OTHERS[0], Kind.OTHER, "ANNA", ""))
    yield from first
    places = [a + b for a in words.PLACE_BEGINNINGS for b in words.PLACE_ENDINGS]
    clubs = [(place, club) for place in places for club in words.KINDS_OF_CLUB]
    dice.shuffle(places)
    dice.shuffle(clubs)
    branches = [(branch, umbrella, place) for place in places for umbrella, branch in words.UMBRELLAS]
    rare = [(name, Kind.PROFESSIONAL, "FLI") for name in words.PROFESSIONALS]
    rare += [(name, Kind.AUTHORITY, "KOMM") for name in words.AUTHORITIES[1:]]
    rare += [(name, Kind.COMPANY, "AS") for name in words.COMPANIES[1:]]
    for turn, (place, club) in enumerate(clubs):
        if turn % 5 == 1 and branches:
            branch, umbrella, where = branches.pop(0)
            yield f"{branch} {where}", Kind.VOLUNTARY, "FLI", umbrella
        elif turn % 7 == 3 and rare:
            yield (*rare.pop(0), "")
        else:
            yield f"{place} {club}", Kind.VOLUNTARY, "STI" if turn % 11 == 5 else "FLI", ""
    for serial, (place, club) in enumerate(clubs, start=2):
        yield f"{place} {club} {serial}", Kind.VOLUNTARY, "FLI", ""


def _organisation_numbers(dice: random.Random) -> Iterator[str]:
    """Numbers with a right check digit that the register has not given to anyone: they begin with 3."""
    start = 30_000_000 + dice.randrange(1_000_000)
    for base in range(start, start + 8_000_000, 7):
        digit = next((d for d in "0123456789" if orgnr.checksum(f"{base}{d}") == 0), None)
        if digit is not None and f"{base}{digit}" != "314551206":
            yield f"{base}{digit}"


def _organisation(
    name: str,
    kind: str,
    form: str,
    where: tuple[str, str, str, str],
    dice: random.Random,
    **facts: object,
) -> Organisation:
    county, municipality, postal_code, city = where
    domain = f"{slug(name)}.example"
    nynorsk = county in words.NYNORSK_COUNTIES and dice.random() < 0.5
    language = "nn" if nynorsk else "en" if dice.random() < 0.05 else "nb"
    voluntary = kind == Kind.VOLUNTARY
    has_invoice_mail, has_reference, has_box = (dice.random() < share for share in (0.25, 0.2, 0.12))
    members = dice.choice((18, 24, 31, 42, 57, 63, 88, 120, 145, 210, 340, 480, 760, 1200, 2400))
    registered = voluntary and dice.random() < 0.9
    return Organisation(
        name=name,
        search_name=name.casefold()[:200],
        kind=kind,
        form=form,
        in_voluntary_register=registered,
        # Who is in no register has shown us its statutes.
        purpose_documented=voluntary and not registered,
        address=f"{dice.choice(words.STREETS)} {dice.randrange(1, 60)}",
        postal_code=postal_code,
        city=city,
        municipality=municipality,
        county=county,
        members=members if voluntary else None,
        language=language,
        email=f"post@{domain}",
        phone=f"00 00 {dice.randrange(10, 99)} {dice.randrange(10, 99)}",
        invoice_email=f"faktura@{domain}" if has_invoice_mail else "",
        invoice_address=f"Postboks {dice.randrange(10, 900)}" if has_box else "",
        invoice_postal_code=postal_code if has_box else "",
        invoice_city=city if has_box else "",
        invoice_reference=dice.choice(("Kasserer", "Styresak 12", "Prosjekt 300")) if has_reference else "",
        payment_days=30 if not voluntary else None,
        **facts,
    )


def _facts(one: Organisation) -> dict[str, object]:
    facts = {key: getattr(one, key) for key in FACTS if key != "parent"}
    facts["parent"] = one.parent.number if one.parent else None
    return {key: value for key, value in facts.items() if value not in ("", None, False)}


def _add_contacts(organisations: list[Organisation], staff: Staff, dice: random.Random) -> None:
    contacts = []
    for one in organisations:
        roles = words.CONTACTS if one.kind == Kind.VOLUNTARY else words.AUTHORITY_CONTACTS
        for title, role, address in roles[: 2 if one is organisations[0] else dice.randrange(1, len(roles) + 1)]:
            contacts.append(
                Contact(
                    organisation=one,
                    name=title,
                    role=role,
                    email=f"{address}@{slug(one.name)}.example",
                    phone=f"00 00 {dice.randrange(10, 99)} {dice.randrange(10, 99)}" if dice.random() < 0.5 else "",
                    # Someone who left stays known, but is not offered any more.
                    active=not (title == "Sekretær" and dice.random() < 0.3),
                    created_at=one.created_at + timedelta(minutes=8),
                )
            )
    for contact in contacts:
        if not contact.active:
            contact.ended_at = contact.created_at + timedelta(days=200)
    Contact.objects.bulk_create(contacts)
    audit.record_all(
        audit.event(
            "contact.add",
            one,
            by=staff.administrator,
            now=one.created_at,
            after={"name": one.name, "role": one.role, "email": one.email, "phone": one.phone, "active": True},
            organisation=one.organisation.number,
        )
        for one in contacts
    )


def _write_notes(organisations: list[Organisation], staff: Staff, wishes: Wishes) -> None:
    dice = wishes.dice("notes")
    notes = []
    for one in organisations:
        some = words.NOTES_OF_SHOWCASE if one is organisations[0] else dice.sample(words.NOTES, dice.choice(_HOW_MANY))
        for place, (text, visible) in enumerate(some):
            day = dice.choice(wishes.workdays)
            if one is organisations[0]:
                day = wishes.workdays[10 if place == 0 else -4]
            written = at(day, dice.randrange(8, 16), dice.randrange(60))
            author = dice.choice(staff.everyone)
            notes.append(Note(organisation=one, text=text, visible=visible, written_at=written, written_by=author))
    notes.sort(key=lambda note: note.written_at)
    Note.objects.bulk_create(notes)
    audit.record_all(
        audit.event(
            "note.write",
            note,
            by=note.written_by,
            now=note.written_at,
            after={"visible": note.visible},
            organisation=note.organisation.number,
        )
        for note in notes
    )


def slug(name: str) -> str:
    """The name as it stands in an address: small letters, digits and hyphens."""
    plain = name.casefold().replace("æ", "ae").translate(str.maketrans("øå ", "oa-"))
    return "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign == "-"))
