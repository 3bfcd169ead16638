"""What taking a file in would do, row by row; writes nothing.

An organisation is known by our number, else by its organisation number, else by its name. An empty cell and a column
that the file lacks leave what stands. Several rows may name the same organisation: each brings another contact.
The number of queries does not follow the number of rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import show
from advisory.kernel.list_file import yes_or_no
from clients import organisation_number
from clients.contacts.models import Contact
from clients.importing.cells import Misread, read
from clients.importing.table import Table
from clients.organisations.columns import ALL, NUMBER
from clients.organisations.models import Kind, Organisation, Status

_HEADINGS: dict[str, StrOrPromise] = {fact.key: fact.heading for fact in ALL}


class Sort(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact before and after, in words."""

    heading: StrOrPromise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a cell and what to do; `heading` is empty where it is the whole row."""

    heading: StrOrPromise
    text: str
    #: Of a cell that could not be read: the fact and what stood there.
    key: str = ""
    raw: str = ""


@dataclass(slots=True)
class Target:
    """An organisation of the file: one that is here, or one to be; `facts` are those that differ or are new."""

    row: int
    organisation: Organisation | None
    said: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    parent: Target | None = None
    used: set[int] = field(default_factory=set)
    contacts: list[ContactPlan] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called when the file is taken in."""
        return str(self.said.get("name") or (self.organisation.name if self.organisation else ""))


@dataclass(slots=True)
class ContactPlan:
    """A contact to add (`contact` is None) or to change; `facts` by the fields of `Contact`."""

    contact: Contact | None
    facts: dict[str, Any]


@dataclass(slots=True)
class RowPlan:
    """A row of the file with what becomes of it."""

    number: int
    target: Target
    sort: Sort = Sort.UNCHANGED
    differences: list[Difference] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def ours(self) -> int | None:
        """Our number, where the organisation is here."""
        return self.target.organisation.number if self.target.organisation else None


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows, and the organisations that they make or change in the order of the file."""

    rows: tuple[RowPlan, ...]
    targets: tuple[Target, ...]

    def of(self, sort: Sort) -> list[RowPlan]:
        return [row for row in self.rows if row.sort is sort]

    @property
    def touched(self) -> list[Target]:
        """The organisations that taking the file in would write."""
        return [each for each in self.targets if each.organisation is None or each.facts or each.contacts]

    @property
    def digest(self) -> str:
        """A short mark of everything that was shown: another one means that something changed meanwhile."""
        said = [
            (row.number, row.sort, row.ours, row.name, [(d.before, d.after) for d in row.differences])
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:16]


def plan_of(table: Table, columns: Sequence[str]) -> Plan:
    """Compare the file with what is here; `columns` gives the key of each column of the file, empty to leave it out."""
    return _Planning(table, columns).plan()


class _Planning:
    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self.table, self.columns = table, columns
        everyone = list(Organisation.objects.select_related("parent"))
        self.by_pk = {one.pk: one for one in everyone}
        self.by_number = {one.number: one for one in everyone}
        self.by_orgnr = {one.organisation_number: one for one in everyone if one.organisation_number}
        self.by_name: dict[str, list[Organisation]] = {}
        for one in everyone:
            self.by_name.setdefault(_folded(one.name), []).append(one)
        self.contacts: dict[int, list[Contact]] = {}
        if any(key.startswith("contact_") for key in columns):
            for contact in Contact.objects.filter(erased_at=None).order_by("pk"):
                self.contacts.setdefault(contact.organisation_id, []).append(contact)
        self.targets: dict[Any, Target] = {}
        self.new_by_name: dict[str, Target] = {}
        self.new_by_orgnr: dict[str, Target] = {}

    def plan(self) -> Plan:
        read_rows = [self._read(number, cells) for number, cells in self.table.rows]
        rows = [self._row(number, values, mistakes) for number, values, mistakes in read_rows]
        for row, (_number, values, _mistakes) in zip(rows, read_rows, strict=True):
            self._parent(row, values)
        for row in rows:
            self._whole(row)
            self._sort(row)
        return Plan(tuple(rows), tuple(self.targets.values()))

    def _read(self, number: int, cells: Sequence[str]) -> tuple[int, dict[str, Any], list[Mistake]]:
        values: dict[str, Any] = {}
        mistakes: list[Mistake] = []
        for key, text in zip(self.columns, cells, strict=False):
            if not key or not text:
                continue
            if key == NUMBER:
                if text.isascii() and text.isdigit() and len(text) < 10:
                    values[key] = int(text)
                else:
                    mistakes.append(Mistake(_HEADINGS[key], _("Our numbers are whole numbers, for example 1042.")))
                continue
            try:
                values[key] = text if key == "parent" else read(key, text)
            except Misread as error:
                mistakes.append(Mistake(_HEADINGS[key], str(error), key, text))
        return number, values, mistakes

    def _row(self, number: int, values: dict[str, Any], mistakes: list[Mistake]) -> RowPlan:
        target = self._target(number, values, mistakes)
        if target.organisation is not None:
            # What stands here already may be written again, whatever the rules are today.
            mistakes = [each for each in mistakes if not _stands(target.organisation, each)]
        row = RowPlan(number, target, mistakes=mistakes)
        facts = {key: values[key] for key in values if key in _HEADINGS and not key.startswith("contact_")}
        facts.pop(NUMBER, None)
        facts.pop("parent", None)
        self._facts(row, facts)
        self._contact(row, {key: value for key, value in values.items() if key.startswith("contact_")})
        return row

    # --- Which organisation

    def _target(self, number: int, values: dict[str, Any], mistakes: list[Mistake]) -> Target:
        found = self._found(values, mistakes)
        name, orgnr = _folded(values.get("name", "")), values.get("organisation_number", "")
        key: Any = found.pk if found else f"row {number}"
        if found is None and not mistakes:
            same = self.new_by_orgnr.get(orgnr) if orgnr else None
            if same is None and name in self.new_by_name:
                same = self.new_by_name[name]
                if orgnr and same.said.get("organisation_number") not in (None, orgnr):
                    text = _("Row %(row)s has the same name with another organisation number.") % {"row": same.row}
                    mistakes.append(Mistake(_HEADINGS["name"], text))
            if same is not None:
                return self._again(same, values, mistakes)
            if not name:
                mistakes.append(Mistake(_HEADINGS["name"], _("Write the name of the organisation.")))
        if key in self.targets:
            return self._again(self.targets[key], values, mistakes)
        target = Target(number, found)
        if found is not None or not mistakes:
            self.targets[key] = target
        if found is None and not mistakes:
            self.new_by_name[name] = target
            if orgnr:
                self.new_by_orgnr[orgnr] = target
        if not target.name:
            target.said.setdefault("name", values.get("name", ""))
        return target

    @staticmethod
    def _again(target: Target, values: dict[str, Any], mistakes: list[Mistake]) -> Target:
        if not any(key.startswith("contact_") for key in values):
            text = _("The same organisation stands in row %(row)s already.") % {"row": target.row}
            mistakes.append(Mistake("", text))
        return target

    def _found(self, values: dict[str, Any], mistakes: list[Mistake]) -> Organisation | None:
        number, orgnr = values.get(NUMBER), values.get("organisation_number", "")
        if number is not None:
            found = self.by_number.get(number)
            if found is None:
                text = _("No organisation has number %(number)s. New ones get theirs from us: leave the cell empty.")
                mistakes.append(Mistake(_HEADINGS[NUMBER], text % {"number": number}))
            elif orgnr and self.by_orgnr.get(orgnr, found) != found:
                text = _("%(name)s already has this organisation number.") % {"name": self.by_orgnr[orgnr].name}
                mistakes.append(Mistake(_HEADINGS["organisation_number"], text))
            return found
        if orgnr and orgnr in self.by_orgnr:
            return self.by_orgnr[orgnr]
        named = self.by_name.get(_folded(values.get("name", "")), [])
        if len(named) > 1:
            numbers = ", ".join(str(one.number) for one in named)
            text = _("Several organisations have this name: %(numbers)s. Write our number of the one you mean.")
            mistakes.append(Mistake(_HEADINGS["name"], text % {"numbers": numbers}))
        elif named and orgnr and named[0].organisation_number:
            text = _("No. %(number)s has this name and another organisation number. Enter the second one by hand.")
            mistakes.append(Mistake(_HEADINGS["name"], text % {"number": named[0].number}))
        elif named:
            return named[0]
        return None

    # --- What it says

    def _facts(self, row: RowPlan, facts: dict[str, Any]) -> None:
        target, organisation = row.target, row.target.organisation
        for key, value in facts.items():
            if target.row != row.number:
                first = target.said.get(key, getattr(organisation, key) if organisation else None)
                if key in target.said and first != value:
                    text = _("Row %(row)s says «%(value)s» about the same organisation.")
                    said = text % {"row": target.row, "value": _words(key, first)}
                    row.mistakes.append(Mistake(_HEADINGS[key], said))
                if key in target.said:
                    continue
            target.said[key] = value
            before = getattr(organisation, key) if organisation else None
            if organisation is None or not _equal(before, value):
                target.facts[key] = value
                row.differences.append(Difference(_HEADINGS[key], _words(key, before), _words(key, value)))

    def _contact(self, row: RowPlan, said: dict[str, Any]) -> None:
        facts = {key.removeprefix("contact_"): value for key, value in said.items()}
        if not facts:
            return
        target = row.target
        known = self.contacts.get(target.organisation.pk, []) if target.organisation else []
        contact = _same_contact([one for one in known if one.pk not in target.used], facts)
        if contact is None and "name" not in facts:
            row.mistakes.append(Mistake(_HEADINGS["contact_name"], _("Write the name of the contact.")))
            return
        if contact is None and any(_is_same(facts, planned) for planned in target.contacts):
            row.mistakes.append(Mistake(_HEADINGS["contact_name"], _("The same contact stands in a row above.")))
            return
        if contact is not None:
            target.used.add(contact.pk)
        before = {key: getattr(contact, key) for key in facts} if contact else {}
        changed = {key: value for key, value in facts.items() if contact is None or not _equal(before[key], value)}
        if changed:
            target.contacts.append(ContactPlan(contact, changed))
        for key, value in changed.items():
            heading = _HEADINGS[f"contact_{key}"]
            row.differences.append(Difference(heading, _words(key, before.get(key)), _words(key, value)))

    # --- What it is part of

    def _parent(self, row: RowPlan, values: dict[str, Any]) -> None:
        text = values.get("parent")
        if not text or row.mistakes:
            return
        target, heading = row.target, _HEADINGS["parent"]
        found = self._named(str(text))
        if found is None:
            unknown = _("No organisation is called «%(text)s». Write its name or number.") % {"text": text}
            row.mistakes.append(Mistake(heading, unknown))
            return
        before = target.organisation.parent if target.organisation else None
        if isinstance(found, Target) and found.organisation is None:
            if target.parent not in (None, found):
                row.mistakes.append(Mistake(heading, _("Another row says otherwise about the same organisation.")))
            elif target.parent is None:
                target.parent = found
                target.said["parent"] = found
                row.differences.append(Difference(heading, str(before or ""), found.name))
            return
        assert isinstance(found, Organisation)
        if target.said.get("parent", found) != found:
            row.mistakes.append(Mistake(heading, _("Another row says otherwise about the same organisation.")))
        elif "parent" not in target.said:
            target.said["parent"] = found
            if before != found:
                target.facts["parent"] = found
                row.differences.append(Difference(heading, str(before or ""), found.name))

    def _named(self, text: str) -> Organisation | Target | None:
        numbered = re.fullmatch(r"(\d{1,6})(?:\s+\D.*)?", text, re.ASCII | re.DOTALL)
        if numbered and int(numbered[1]) in self.by_number:
            return self.by_number[int(numbered[1])]
        try:
            digits = organisation_number.clean(text)
        except ValueError:
            digits = ""
        if digits:
            return self.by_orgnr.get(digits) or self.new_by_orgnr.get(digits)
        named = self.by_name.get(_folded(text), [])
        return named[0] if len(named) == 1 else self.new_by_name.get(_folded(text))

    # --- The row as a whole

    def _whole(self, row: RowPlan) -> None:
        target = row.target
        if row.mistakes or row.number != target.row:
            return
        own = target.organisation.own_accounts if target.organisation else True
        has_parent = target.said.get("parent") or (target.organisation and target.organisation.parent_id)
        if not target.said.get("own_accounts", own) and not has_parent:
            text = _("Say which organisation %(name)s is part of: its accounts are used where there are no own ones.")
            row.mistakes.append(Mistake(_HEADINGS["parent"], text % {"name": target.name}))
        if self._is_above_itself(target):
            text = _("%(name)s cannot be part of its own branch. Choose another organisation.") % {"name": target.name}
            row.mistakes.append(Mistake(_HEADINGS["parent"], text))

    def _is_above_itself(self, target: Target) -> bool:
        me: Any = target.organisation.pk if target.organisation else id(target)
        seen: set[Any] = set()
        above = self._above(target)
        while above is not None:
            key: Any = above.pk if isinstance(above, Organisation) else id(above)
            if key == me:
                return True
            if key in seen:
                return False
            seen.add(key)
            above = self._above(self.targets.get(key, above) if isinstance(above, Organisation) else above)
        return False

    def _above(self, one: Organisation | Target) -> Organisation | Target | None:
        if isinstance(one, Target):
            if one.parent is not None:
                return one.parent
            if "parent" in one.facts:
                return self.by_pk[one.facts["parent"].pk]
            one_here = one.organisation
        else:
            one_here = one
        return self.by_pk.get(one_here.parent_id or 0) if one_here else None

    @staticmethod
    def _sort(row: RowPlan) -> None:
        if row.mistakes:
            row.sort = Sort.WRONG
        elif row.target.organisation is None:
            row.sort = Sort.NEW
        elif row.differences:
            row.sort = Sort.CHANGED


def _same_contact(known: list[Contact], facts: dict[str, Any]) -> Contact | None:
    """By e-mail, else by name; of several the one that says the same already."""
    email, name = facts.get("email", "").casefold(), _folded(facts.get("name", ""))
    fits = [one for one in known if email and one.email.casefold() == email and _folded(one.name) == name]
    fits = fits or [one for one in known if email and one.email.casefold() == email]
    fits = fits or [one for one in known if name and _folded(one.name) == name]
    return next(_all_equal(fits, facts), fits[0] if fits else None)


def _all_equal(fits: list[Contact], facts: dict[str, Any]) -> Iterator[Contact]:
    return (one for one in fits if all(getattr(one, key) == value for key, value in facts.items()))


def _is_same(facts: dict[str, Any], planned: ContactPlan) -> bool:
    return planned.contact is None and planned.facts == facts


def _equal(before: Any, value: Any) -> bool:
    return before == value or (isinstance(before, str) and " ".join(before.split()) == value)


def _stands(organisation: Organisation, mistake: Mistake) -> bool:
    return bool(mistake.raw) and mistake.raw == _words(mistake.key, getattr(organisation, mistake.key, None))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _words(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, date):
        return show.day(value)
    if key == "organisation_number":
        return show.org_number(value)
    if key == "kind":
        return str(Kind(value).label)
    if key == "status":
        return str(Status(value).label)
    return str(value)
