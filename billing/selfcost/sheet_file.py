"""A cost base out of a file: what it would change, every mistake with its place, and one verb that writes it all.

The file is turned into what a person would have typed into the sheet and goes through the sheet's own forms, so that
a file can say nothing that a person could not. Rows are known by their name: a row of that name is changed, a new
name is added, and a saved row that the sheet lacks is removed. A sheet or a column that the file lacks stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.days import DayError, parse_day
from advisory.kernel.errors import DomainError
from advisory.kernel.money import AmountError, parse_amount
from advisory.kernel.spreadsheet import read_sheets
from advisory.kernel.users import User
from billing.official_rates.models import LevyZone
from billing.selfcost.base import fingerprint
from billing.selfcost.file_columns import (
    ABOUT_ROWS,
    FIGURE_ROWS,
    FIGURES,
    KEYS,
    NAME,
    NO,
    SHEETS,
    TABLE,
    VALUE,
    YES,
    FileSheet,
    words_for,
)
from billing.selfcost.file_differences import Difference, differences
from billing.selfcost.file_rows import FileMistake, FileRow, FileRows, unknown_sheet
from billing.selfcost.models import CostBase, CostKind, KeyKind, Unit
from billing.selfcost.row_forms import OWN
from billing.selfcost.rows import Rows
from billing.selfcost.sheet_forms import RowSet, SheetForms
from engagements.work.models import FundingArea, SelfcostService

#: A base of two hundred rows is a twentieth of it; the file is carried from the preview to the saving.
LARGEST_FILE = 500_000
MOST_ROWS = 200


class FileTooLarge(DomainError):
    """Far larger than a cost base ever is."""

    template = _("«%(name)s» is larger than 500 kB. A cost base is much smaller: check that it is the right file.")


class FileHasMistakes(DomainError):
    """A file that cannot be stored was to be stored."""

    template = _("The file has mistakes. Nothing is saved.")


class FileChangesNothing(DomainError):
    """There is nothing to store."""

    template = _("The file says the same as the cost base. Nothing is changed.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file would do to a base. With mistakes it does nothing."""

    mistakes: tuple[FileMistake, ...]
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    forms: SheetForms | None = None


def store(reading: Reading, *, by: User, now: datetime) -> None:
    """Write all that the file says, or nothing.

    Raises `FileHasMistakes`, `FileChangesNothing` and what `write_cost_base` raises, `BaseChanged` among it where
    somebody has saved the base since the file was read against it.
    """
    if reading.mistakes or reading.forms is None:
        raise FileHasMistakes()
    if not reading.differences:
        raise FileChangesNothing()
    reading.forms.write(by=by, now=now)


def read(base: CostBase, rows: Rows, *, name: str, content: bytes, seen: str = "") -> Reading:
    """Read a file against a draft; writes nothing. `seen` is the fingerprint that the reader has looked at.

    Raises `FileTooLarge` and what `read_sheets` raises for a file of another format.
    """
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(name=name)
    file = FileRows()
    for title, numbered in read_sheets(name, content):
        file.take(title, numbered, is_csv=content[:2] != b"PK")
    if not file.found and not file.mistakes:
        file.mistakes.append(FileMistake(name, None, "", unknown_sheet()))
    if file.mistakes:
        return Reading(tuple(file.mistakes))
    writing = _Writing(base, rows, seen or fingerprint(base, rows), file)
    sheet_forms = writing.filled()
    mistakes = [*file.mistakes, *_mistakes(sheet_forms, writing)]
    if mistakes:
        return Reading(tuple(mistakes))
    return Reading(
        (),
        differences=tuple(differences(base, rows, sheet_forms, writing.slots)),
        notes=tuple(writing.notes()),
        forms=sheet_forms,
    )


class _Writing:
    """What a person would have typed to say what the file says, and where in the file each field stands."""

    def __init__(self, base: CostBase, rows: Rows, seen: str, file: FileRows) -> None:
        self.base, self.rows, self.seen, self.file = base, rows, seen, file
        self.mistakes: list[FileMistake] = []
        #: From the prefix of a form to the row of the file that fills it.
        self.places: dict[str, FileRow] = {}
        #: From the prefix of a form to the saved row that it changes or removes.
        self.slots: dict[str, Any] = {}
        self._zones: dict[tuple[date, str], LevyZone] | None = None
        self._names = words_for((kind.label, kind) for kind in KeyKind)

    def filled(self) -> SheetForms:
        """The sheet's forms, filled with the saved base and then with the file."""
        blank = SheetForms(self.base, self.rows, self.seen)
        data = _typed(blank.figures)
        for key in blank.keys:
            data |= _typed(key)
        self._figures(data)
        self._keys(data, {key.kind: key.prefix or "" for key in blank.keys})
        for name, formset in _formsets(blank).items():
            self._section(data, name, formset.forms, getattr(self.rows, name))
        posted = QueryDict(mutable=True)
        posted.update(data)
        return SheetForms(self.base, self.rows, self.seen, posted)

    def notes(self) -> Iterator[str]:
        """What the reader ought to know and nothing can be done about."""
        about = words_for((words, name) for name, words in ABOUT_ROWS)
        own = {"year": str(self.base.year), "version": str(self.base.version), "service": self.base.service}
        services = words_for((service.label, service.value) for service in SelfcostService)
        for row in self.file.found.get(FIGURES.name, []):
            name, value = about.get(row.cells.get(NAME, "").casefold()), row.cells.get(VALUE, "")
            if name == "service":
                value = services.get(value.casefold(), value)
            if name in ("year", "service") and value and value != own[name]:
                facts = {"what": row.cells.get(NAME, ""), "value": row.cells.get(VALUE, "")}
                yield _("The file is of another cost base: %(what)s %(value)s.") % facts
        for sheet in SHEETS:
            if sheet.name not in self.file.found:
                yield _("The file has no rows of «%(sheet)s»: they stay as they are.") % {"sheet": sheet.title}

    def _figures(self, data: dict[str, str]) -> None:
        fields = words_for((words, name) for name, words in FIGURE_ROWS)
        about = words_for((words, name) for name, words in ABOUT_ROWS)
        units = words_for((unit.label, unit.value) for unit in Unit)
        seen: set[str] = set()
        for row in self.file.found.get(FIGURES.name, []):
            name, value = row.cells.get(NAME, ""), row.cells.get(VALUE, "")
            if name.casefold() in about:
                continue
            target = fields.get(name.casefold())
            if target is None:
                said = _("Unknown figure. The figures are: %(names)s.")
                self._mistake(row, NAME, said % {"names": ", ".join(str(words) for _name, words in FIGURE_ROWS)})
                continue
            if target in seen:
                self._mistake(row, NAME, _("This name is there twice."))
            seen.add(target)
            self.places[target] = row
            if target == "unit":
                value = units.get(value.casefold(), value)
            elif target == "rate_step":
                value = _plain_number(value)
            elif target == "comment" and _one_kind_of_lines(value) == _one_kind_of_lines(self.base.comment):
                value = self.base.comment
            data[target] = value

    def _keys(self, data: dict[str, str], prefixes: dict[KeyKind, str]) -> None:
        seen: set[KeyKind] = set()
        for row in self.file.found.get(KEYS.name, []):
            kind = self._names.get(row.cells.get(NAME, "").casefold())
            if kind is None:
                self._mistake(row, NAME, _allowed([kind.label for kind in KeyKind]))
                continue
            if kind in seen:
                self._mistake(row, NAME, _("This name is there twice."))
            seen.add(kind)
            self.places[prefixes[kind]] = row
            data |= {f"{prefixes[kind]}-{name}": text for name, text in row.cells.items() if name != NAME}

    def _section(self, data: dict[str, str], name: str, blank: Sequence[forms.Form], saved: Sequence[Any]) -> None:
        rows = self.file.found.get(name)
        prefixes = [f"{name}-{index}" for index in range(len(saved))]
        by_name: dict[str, list[int]] = {}
        for index, line in enumerate(saved):
            data |= _typed(blank[index])
            self.slots[prefixes[index]] = line
            by_name.setdefault(line.label.casefold(), []).append(index)
        added = len(saved)
        for row in rows or []:
            same = by_name.get(row.cells.get(NAME, "").casefold())
            if same:
                prefix = prefixes[same.pop(0)]
            else:
                prefix, added = f"{name}-{added}", added + 1
                data |= _typed(blank[-1], prefix=prefix)
            self.places[prefix] = row
            for field_name, text in self._texts(row, prefix, data).items():
                if text == _UNTICKED:
                    data.pop(f"{prefix}-{field_name}", None)
                else:
                    data[f"{prefix}-{field_name}"] = text
        if rows is not None:
            for left in (index for indexes in by_name.values() for index in indexes):
                data[f"{prefixes[left]}-DELETE"] = "on"
            if len(rows) > MOST_ROWS:
                self._mistake(rows[MOST_ROWS], NAME, _("A sheet has at most %(most)s rows.") % {"most": MOST_ROWS})
        data[f"{name}-TOTAL_FORMS"] = str(added)
        data[f"{name}-INITIAL_FORMS"] = str(len(saved))

    def _texts(self, row: FileRow, prefix: str, data: dict[str, str]) -> dict[str, str]:
        """The cells of a row as the fields of its form."""
        texts = dict(row.cells)
        if "kind" in texts:
            kinds = {CostKind(value): label for value, label in CostKind.choices}
            texts["kind"] = self._choice(row, "kind", words_for((label, kind.value) for kind, label in kinds.items()))
        if "funding_area" in texts:
            # «3», or «3 Rådgivning».
            areas = {str(area.value): str(area.value) for area in FundingArea}
            texts["funding_area"] = areas.get(texts["funding_area"][:1], texts["funding_area"])
        for box in ("agreed_holiday", "over_60"):
            if box in texts:
                ticked = self._choice(
                    row, box, words_for([(YES, "on"), (NO, _UNTICKED), ("1", "on"), ("0", _UNTICKED)])
                )
                texts[box] = ticked or _UNTICKED
        if "levy_zone" in texts:
            texts["levy_zone"] = self._zone(row)
        texts.pop(TABLE, None)
        if {"key", "key_part", "key_whole"} & texts.keys():
            texts |= self._share(row, prefix, data)
        return texts

    def _share(self, row: FileRow, prefix: str, data: dict[str, str]) -> dict[str, str]:
        parts = {name: row.cells[name] for name in ("key_part", "key_whole") if name in row.cells}
        if "key" not in row.cells:
            return parts | {"key": OWN if any(parts.values()) else data.get(f"{prefix}-key", "")}
        named = row.cells["key"]
        if not named:
            return parts | {"key": OWN if any(parts.values()) else ""}
        kind = self._names.get(named.casefold())
        if kind is None:
            self._mistake(row, "key", _allowed([kind.label for kind in KeyKind]))
        elif any(parts.values()):
            words = _("The share follows from the key. Leave part and whole empty, or the key.")
            self._mistake(row, "key_part" if parts.get("key_part") else "key_whole", words)
        return {"key": kind.value if kind else "", "key_part": "", "key_whole": ""}

    def _choice(self, row: FileRow, name: str, words: dict[str, Any]) -> str:
        text = row.cells[name]
        if not text:
            return ""
        found = words.get(text.casefold())
        if found is None:
            here = {"kind": [label for _value, label in CostKind.choices]}.get(name, [YES, NO])
            self._mistake(row, name, _allowed(here))
        return found or ""

    def _zone(self, row: FileRow) -> str:
        code, table = row.cells["levy_zone"], row.cells.get(TABLE, "")
        if not code:
            return ""
        day = date(self.base.year, 1, 1)
        if table:
            try:
                day = parse_day(table, day)
            except DayError:
                self._mistake(row, TABLE, _("Write the date as day.month.year, for example 22.11.2026."))
                return ""
        if self._zones is None:
            zones = LevyZone.objects.select_related("on_costs").order_by("on_costs__valid_from")
            self._zones = {(zone.on_costs.valid_from, zone.code.casefold()): zone for zone in zones}
        starts = [start for start, _code in self._zones if start == day or (not table and start <= day)]
        zone = self._zones.get((max(starts), code.casefold())) if starts else None
        if zone is None:
            words = _("There is no zone «%(zone)s» in the table of on-costs from %(day)s.")
            facts = {"zone": code, "day": show.day(max(starts) if starts else day)}
            self._mistake(row, "levy_zone", words % facts)
            return ""
        return str(zone.pk)

    def _mistake(self, row: FileRow, name: str, text: str) -> None:
        self.mistakes.append(FileMistake(row.sheet, row.number, _heading(name), text))


#: Stands for a box without a tick, which is posted by not being posted.
_UNTICKED = "\0"


def _mistakes(sheet_forms: SheetForms, writing: _Writing) -> Iterator[FileMistake]:
    """What the file itself and the forms say is wrong, each once, in the order of the file."""
    found = list(writing.mistakes)
    said = {(mistake.sheet, mistake.row, mistake.column) for mistake in found}
    sheet_forms.is_valid()
    each = [(key.prefix or "", key) for key in sheet_forms.keys]
    each += [(str(form.prefix), form) for formset in _formsets(sheet_forms).values() for form in formset.forms]
    for prefix, form in each:
        row = writing.places.get(prefix)
        if getattr(form, "cleaned_data", {}).get("DELETE"):
            continue
        for name, texts in form.errors.items():
            sheet = row.sheet if row else str(_sheet_of(prefix).title)
            found += [FileMistake(sheet, row.number if row else None, _heading(name), str(text)) for text in texts]
    for name, texts in sheet_forms.figures.errors.items():
        row = writing.places.get(name)
        sheet = row.sheet if row else str(FIGURES.title)
        heading = str(dict(FIGURE_ROWS).get(name, ""))
        found += [FileMistake(sheet, row.number if row else None, heading, str(text)) for text in texts]
    order = {str(sheet.title): index for index, sheet in enumerate(SHEETS)}
    kept = [m for index, m in enumerate(found) if index < len(writing.mistakes) or _place(m) not in said]
    yield from sorted(kept, key=lambda mistake: (order.get(mistake.sheet, 0), mistake.row or 0))


def _formsets(sheet_forms: SheetForms) -> dict[str, RowSet]:
    """The sections that hold rows, by the name of their sheet."""
    return {"lines": sheet_forms.lines, "salaries": sheet_forms.salaries, "assets": sheet_forms.assets}


def _place(mistake: FileMistake) -> tuple[str, int | None, str]:
    return mistake.sheet, mistake.row, mistake.column


def _sheet_of(prefix: str) -> FileSheet:
    return next((sheet for sheet in SHEETS if prefix.startswith(sheet.name)), FIGURES)


def _heading(name: str) -> str:
    for sheet in SHEETS:
        column = sheet.column(name)
        if column is not None:
            return str(column.heading)
    return ""


def _typed(form: forms.Form, prefix: str | None = None) -> dict[str, str]:
    """What an unbound form shows, as a browser would post it."""
    found: dict[str, str] = {}
    for bound in form:
        value = bound.value()
        name = f"{prefix}-{bound.name}" if prefix else bound.html_name
        if isinstance(bound.field, forms.BooleanField):
            if value:
                found[name] = "on"
        else:
            found[name] = "" if value is None else str(value)
    return found


def _plain_number(text: str) -> str:
    """`1,00` as `1`: the steps are a choice of their plain spellings."""
    try:
        return f"{parse_amount(text).normalize():f}"
    except AmountError:
        return text


def _one_kind_of_lines(text: str) -> str:
    return "\n".join(text.splitlines()).strip()


def _allowed(words: Sequence[Any]) -> str:
    return _("Write one of these: %(words)s.") % {"words": ", ".join(str(word) for word in words)}
