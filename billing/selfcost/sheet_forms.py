"""The whole sheet as one form: what a page draws, what a post says, and the base it would make before it is saved."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.selfcost import base as verbs
from billing.selfcost.facts import KeyFacts
from billing.selfcost.forms import BaseForm
from billing.selfcost.lines import Change, write_asset, write_line, write_salary
from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, KeyKind, SalaryLine
from billing.selfcost.row_forms import AssetForm, KeyForm, LineForm, SalaryForm, SharedForm
from billing.selfcost.rows import KEY_COLUMNS, Rows, part_and_whole
from billing.selfcost.sheet import Slots
from billing.selfcost.words import words_of

if TYPE_CHECKING:
    # Generic to the checker alone.
    RowSet = forms.BaseFormSet[Any]
else:
    RowSet = forms.BaseFormSet

#: Empty rows at the end of each section, and how many more one press adds.
EMPTY = {"lines": 2, "salaries": 1, "assets": 1}
MORE = {"lines": 5, "salaries": 2, "assets": 2}
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the summary: where the mistake is, in words and as a link, and what to do."""

    place: str
    target: str
    text: str


class SheetForms:
    """The forms of one cost base, bound to what was posted or showing what is saved."""

    def __init__(self, base: CostBase, rows: Rows, seen: str, data: QueryDict | None = None) -> None:
        self.base, self.saved = base, rows
        self.table = OnCosts.objects.on(date(base.year, 1, 1))
        known = list(LevyZone.objects.filter(on_costs=self.table).select_related("on_costs")) if self.table else []
        # A row keeps its own zone, also where it is of a table that is not in force in the year.
        own = {line.levy_zone.pk: line.levy_zone for line in rows.salaries}
        self.zones = [*known, *(zone for pk, zone in own.items() if pk not in {zone.pk for zone in known})]
        rate = InterestRate.objects.filter(year=base.year).first()
        self.interest = rate.percent if rate else None
        self.figures = BaseForm(data, initial=BaseForm.initial_of(base, seen))
        unit = str(data.get("unit") or base.unit) if data is not None else base.unit
        self.figures.fields["billable_hours"].label = words_of(unit, base.year).count
        self.keys = [
            KeyForm(data, initial=KeyForm.initial_of(rows.key(kind)), prefix=f"keys-{kind}", kind=kind)
            for kind in KeyKind
        ]
        if data is not None:
            data = data.copy()
            for name in EMPTY:
                # A section that was not posted at all has no rows.
                data.setdefault(f"{name}-TOTAL_FORMS", "0")
                data.setdefault(f"{name}-INITIAL_FORMS", "0")
        self.lines = self._rows(LineForm, "lines", data, [LineForm.initial_of(row) for row in rows.lines])
        self.salaries = self._rows(
            SalaryForm, "salaries", data, [SalaryForm.initial_of(row) for row in rows.salaries], zones=self.zones
        )
        self.assets = self._rows(
            AssetForm, "assets", data, [AssetForm.initial_of(row) for row in rows.assets], interest=self.interest
        )
        if data is not None:
            filled = frozenset(form.kind.value for form in self.keys if self._is_filled(form))
            for form in (*self.lines.forms, *self.salaries.forms):
                if isinstance(form, SharedForm):
                    form.filled_keys = filled
        self.said: list[str] = []

    def _rows(
        self, form: type[forms.Form], name: str, data: QueryDict | None, initial: list[dict[str, Any]], **more: Any
    ) -> RowSet:
        kind = forms.formset_factory(form, extra=EMPTY[name], can_delete=True, max_num=LARGEST)
        made: RowSet = kind(data, initial=initial, prefix=name, form_kwargs=more)
        return made

    def _is_filled(self, form: KeyForm) -> bool:
        form.is_valid()
        key = AllocationKey(kind=form.kind, **_numbers(form.facts()))
        return bool(part_and_whole(key, self.base.service)[1])

    @property
    def sets(self) -> tuple[tuple[str, RowSet], ...]:
        """The sections that hold rows, with their headings."""
        return ((_("Costs"), self.lines), (_("People"), self.salaries), (_("Assets"), self.assets))

    @property
    def named(self) -> tuple[tuple[str, RowSet], ...]:
        """The same sections by the name their fields begin with."""
        return (("lines", self.lines), ("salaries", self.salaries), ("assets", self.assets))

    @property
    def is_bound(self) -> bool:
        """Whether something was posted."""
        return self.figures.is_bound

    def is_valid(self) -> bool:
        """Whether all of it can be saved."""
        parts = [self.figures.is_valid(), *(form.is_valid() for form in self.keys)]
        return all([*parts, *(rows.is_valid() for _heading, rows in self.sets)])

    def mistakes(self) -> list[Mistake]:
        """All that is wrong, in the order of the page, each naming its section, row and field."""
        if not self.is_bound:
            return [Mistake("", "", text) for text in self.said]
        found = [Mistake("", "", text) for text in self.said]
        for heading, rows in self.sets:
            for text in rows.non_form_errors():
                found.append(Mistake(heading, "", str(text)))
            for number, form in enumerate(rows.forms, start=1):
                if getattr(form, "cleaned_data", {}).get("DELETE"):
                    continue
                row = _("%(section)s, row %(number)s") % {"section": heading, "number": number}
                found.extend(_of(form, row))
        for key in self.keys:
            found.extend(_of(key, _("Key, %(kind)s") % {"kind": key.kind.label}))
        found.extend(_of(self.figures, ""))
        return found

    def refuse(self, text: str) -> None:
        """Say what the verb refused, above the sheet."""
        self.said.append(text)

    def left_out(self) -> int:
        """How many rows say something that cannot be read, so that no figure counts them."""
        return sum(_cannot_be_read(form) for _heading, rows in self.sets for form in rows.forms)

    def begin_at(self, slot: str) -> None:
        """Let the page open with the cursor in the first field of a row."""
        for _heading, rows in self.sets:
            for form in rows.forms:
                if form.prefix == slot:
                    form.fields["label"].widget.attrs["autofocus"] = True

    def forget_mistakes(self) -> None:
        """Draw what was posted without saying what is wrong with it: nobody has tried to save yet."""
        for form in (self.figures, *self.keys, *(form for _heading, rows in self.sets for form in rows.forms)):
            form._errors = ErrorDict()

    def write(self, **who: Any) -> None:
        """Save all of it by the verb. Raises what `write_cost_base` raises."""
        verbs.write_cost_base(
            cost_base=self.base,
            facts=self.figures.facts(),
            lines=_changes(self.lines),
            salaries=_changes(self.salaries),
            assets=_changes(self.assets),
            keys=[form.facts() for form in self.keys],
            seen=self.figures.cleaned_data["seen"],
            **who,
        )

    def unsaved(self) -> tuple[CostBase, Rows, Slots]:
        """The base as it would be if what can be read were saved; rows with mistakes are left out.

        Nothing is stored.
        """
        self.is_valid()
        base = copy.copy(self.base)
        verbs.write_figures(base, self.figures.facts())
        keys = tuple(AllocationKey(kind=form.kind, cost_base=base, **_numbers(form.facts())) for form in self.keys)
        shares = {key.kind: part_and_whole(key, base.service) for key in keys}

        def shared(line: CostLine | SalaryLine) -> bool:
            if line.key:
                line.key_part, line.key_whole = shares[line.key]
            return line.key == "" or bool(line.key_whole)

        lines, line_slots = _read(self.lines, CostLine, write_line, shared)
        salaries, salary_slots = _read(self.salaries, SalaryLine, write_salary, shared)
        assets, asset_slots = _read(self.assets, AssetLine, write_asset, lambda line: True)
        return base, Rows(lines, salaries, assets, keys), Slots(line_slots, salary_slots, asset_slots)


def with_more_rows(data: QueryDict, name: str, blank: forms.Form) -> tuple[QueryDict, str]:
    """What was posted with more rows in a section, each as `blank` begins, and the name of the first of them."""
    more = data.copy()
    count = data.get(f"{name}-TOTAL_FORMS", "0")
    first = int(count if count.isdecimal() else 0)
    last = min(first + MORE[name], LARGEST)
    more[f"{name}-TOTAL_FORMS"] = str(last)
    for index in range(first, last):
        for field in blank:
            begins = field.value()
            if begins is not None and begins is not False:
                more[f"{name}-{index}-{field.name}"] = "on" if begins is True else str(begins)
    return more, f"{name}-{first}"


def _cannot_be_read(form: forms.Form) -> bool:
    return form.is_bound and bool(form.errors) and not getattr(form, "cleaned_data", {}).get("DELETE")


def _numbers(facts: KeyFacts) -> dict[str, Decimal]:
    return {column: getattr(facts, column) for column in KEY_COLUMNS}


def _of(form: forms.Form, place: str) -> Iterator[Mistake]:
    for name, texts in form.errors.items():
        if name == "__all__":
            continue
        field = form[name]
        where = ", ".join(filter(None, [place, str(field.label)]))
        for text in texts:
            yield Mistake(where, field.id_for_label or field.auto_id, str(text))


def _written(rows: RowSet) -> Iterator[tuple[str, Any]]:
    """The rows that say something, with their slot."""
    for form in rows.forms:
        if form.has_changed() or form.initial.get("pk"):
            yield form.prefix, form


def _changes(rows: RowSet) -> list[Change[Any]]:
    """What the verb is to do: see `write_cost_base`."""
    found: list[Change[Any]] = []
    for _slot, form in _written(rows):
        pk = form.cleaned_data.get("pk")
        if not form.cleaned_data.get("DELETE"):
            found.append((pk, form.facts()))
        elif pk is not None:
            found.append((pk, None))
    return found


def _read(
    rows: RowSet, model: type[Any], write: Callable[[Any, Any], None], keep: Callable[[Any], bool]
) -> tuple[Sequence[Any], tuple[str, ...]]:
    made, slots = [], []
    for slot, form in _written(rows):
        if not form.is_valid() or form.cleaned_data.get("DELETE"):
            continue
        line = model()
        write(line, form.facts())
        if keep(line):
            made.append(line)
            slots.append(slot)
    return made, tuple(slots)
