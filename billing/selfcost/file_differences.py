"""What a file would change in a cost base, row by row and field by field, said before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from advisory.kernel import audit, show
from billing.selfcost.file_columns import ASSETS, FIGURE_ROWS, FIGURES, KEYS, LINES, SALARIES, FileSheet
from billing.selfcost.models import AllocationKey, CostBase, CostKind, KeyKind, SalaryLine, Unit
from billing.selfcost.rows import KEY_COLUMNS, Rows, asset_said, base_said, key_said, line_said, salary_said
from billing.selfcost.sheet_forms import SheetForms


class Sort(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that gets another value, both as people read them."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the base that the file adds, changes or removes."""

    sort: Sort
    sheet: str
    name: str
    fields: tuple[FieldChange, ...]


def differences(base: CostBase, rows: Rows, sheet_forms: SheetForms, slots: Mapping[str, Any]) -> Iterator[Difference]:
    """Give what `sheet_forms` (valid, filled from a file) would change; `slots` are the saved rows by prefix."""
    written, after, names = sheet_forms.unsaved()
    was, became = audit.changed(base_said(base), base_said(written))
    if became:
        headings = {name: str(words) for name, words in FIGURE_ROWS}
        fields = tuple(_field(headings.get(name, name), name, was[name], became[name]) for name in became)
        yield Difference(Sort.CHANGED, str(FIGURES.title), "", fields)
    for key in after.keys:
        before = rows.key(key.kind) or AllocationKey(kind=key.kind, cost_base=base)
        yield from _row(KEYS, key_said, before, key, str(KeyKind(key.kind).label))
    yield from _section(LINES, line_said, dict(zip(names.lines, after.lines, strict=True)), slots)
    yield from _section(SALARIES, _salary_said, dict(zip(names.salaries, after.salaries, strict=True)), slots)
    yield from _section(ASSETS, asset_said, dict(zip(names.assets, after.assets, strict=True)), slots)


def meanwhile(base: CostBase, rows: Rows, sheet_forms: SheetForms) -> tuple[list[Difference], list[str]]:
    """What is saved against what `sheet_forms` says, and the names of saved rows that it does not know.

    For a person who wrote in the sheet while somebody else saved it.
    """
    slots, unknown = _known(rows, sheet_forms)
    return list(differences(base, rows, sheet_forms, slots)), [line.label for _name, line in unknown]


def same_names(rows: Rows, sheet_forms: SheetForms) -> dict[str, int]:
    """The id of the saved row for each new row of `sheet_forms` that has the name of one it does not know.

    Who pressed twice wrote the row that is there already: it is no second one.
    """
    _slots, unknown = _known(rows, sheet_forms)
    found: dict[str, int] = {}
    for name, forms in sheet_forms.named:
        there = {line.label: line.pk for section, line in unknown if section == name}
        for form in forms.forms:
            written = getattr(form, "cleaned_data", {})
            if not written.get("pk") and written.get("label") in there:
                found[form.prefix] = there.pop(written["label"])
    return found


def _known(rows: Rows, sheet_forms: SheetForms) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """The saved rows by the prefix of their form, and those that have none, with their section."""
    slots: dict[str, Any] = {}
    unknown: list[tuple[str, Any]] = []
    sections: tuple[Sequence[Any], ...] = (rows.lines, rows.salaries, rows.assets)
    for (name, forms), saved in zip(sheet_forms.named, sections, strict=True):
        by_key = {line.pk: line for line in saved}
        for form in forms.forms:
            key = getattr(form, "cleaned_data", {}).get("pk")
            if key in by_key:
                slots[form.prefix] = by_key.pop(key)
        unknown += [(name, line) for line in by_key.values()]
    return slots, unknown


def _section(
    sheet: FileSheet, said: Callable[[Any], dict[str, Any]], after: Mapping[str, Any], slots: Mapping[str, Any]
) -> Iterator[Difference]:
    for prefix, line in after.items():
        saved = slots.get(prefix)
        if saved is None:
            facts = {name: value for name, value in said(line).items() if value not in (None, "", False)}
            fields = tuple(_field(_heading(sheet, name), name, None, facts[name]) for name in facts if name != "label")
            yield Difference(Sort.ADDED, str(sheet.title), line.label, fields)
        else:
            yield from _row(sheet, said, saved, line, saved.label)
    for prefix, saved in slots.items():
        if prefix.startswith(f"{sheet.name}-") and prefix not in after:
            yield Difference(Sort.REMOVED, str(sheet.title), saved.label, ())


def _row(
    sheet: FileSheet, said: Callable[[Any], dict[str, Any]], before: Any, after: Any, name: str
) -> Iterator[Difference]:
    was, became = audit.changed(said(before), said(after))
    if became:
        fields = tuple(_field(_heading(sheet, each), each, was[each], became[each]) for each in became)
        yield Difference(Sort.CHANGED, str(sheet.title), name, fields)


def _salary_said(line: SalaryLine) -> dict[str, Any]:
    """As the log says it, with the table and the zone by name."""
    said = salary_said(line)
    return said | {"on_costs": show.day(line.on_costs.valid_from), "levy_zone": line.levy_zone.code}


def _heading(sheet: FileSheet, name: str) -> str:
    column = sheet.column({"on_costs": "table"}.get(name, name))
    return str(column.heading) if column else name


def _field(heading: str, name: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(heading, _words(name, before), _words(name, after))


def _words(name: str, value: Any) -> str:
    """A fact of the log as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices: dict[str, dict[str, Any]] = {
        "kind": dict(CostKind.choices),
        "key": dict(KeyKind.choices),
        "unit": dict(Unit.choices),
    }
    if name in choices:
        return str(choices[name].get(value, value))
    if isinstance(value, str) and name in _FIGURES | _KRONER:
        try:
            figure = Decimal(value)
        except InvalidOperation:
            return value
        return show.amount(figure) if name in _KRONER else show.plain(figure)
    return str(value)


_KRONER = frozenset(
    {"amount", "annual_salary", "acquisition", "opening_value", "expected_result", "fund_use", "income_deducted"}
)
_FIGURES = frozenset(
    {
        "key_part", "key_whole", "full_time_equivalents", "billable_percent", "interest_percent", "billable_hours",
        "rate_step", *KEY_COLUMNS,
    }
)  # fmt: skip
