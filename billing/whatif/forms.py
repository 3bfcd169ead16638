"""What may be changed in a what-if: year, rate, hours, tiers and pots. A GET form; empty is as it was."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.forms import AmountField
from advisory.kernel.money import ZERO
from billing.discounts.rules import Step, TableMistake, table_mistakes
from billing.discounts.tables import MISTAKES
from billing.invoicing.price_statement import tier_label
from billing.pricing.statement import TierBandFact
from billing.whatif.history import History
from billing.whatif.replay import Change, Pot
from engagements.work.models import SelfcostService


class WhichForm(forms.Form):
    """Which year of which service."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, widget=forms.Select(attrs={"class": "short"}))
    service = forms.ChoiceField(label=_("Service"), choices=SelfcostService.choices)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]


def _as_written(name: str, value: Decimal) -> str:
    """What was, as it stands in its field: whole kroner without øre, percentages without needless zeros."""
    language = get_language() or "nb"
    if name == "hours" or name.startswith("percent_"):
        return show.plain(value, language)
    return show.typed(value, language)


class ChangeInPercent(forms.DecimalField):
    """A percentage that may be below zero, also with the minus sign that the pages write (U+2212)."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(show.MINUS, "-") if isinstance(value, str) else value)


class WhatIfForm(forms.Form):
    """The changes, each beside what was. `history` is the year they are made to."""

    rate = AmountField(label=_("Rate per hour"), required=False, high=100_000)
    hours = ChangeInPercent(
        label=_("Hours, percent more or fewer"),
        required=False,
        decimal_places=2,
        min_value=Decimal(-100),
        max_value=Decimal(300),
        localize=True,
        help_text=_("For example 10, or -10"),
    )

    def __init__(self, data: QueryDict | None, *, history: History) -> None:
        self.history = history
        was: dict[str, Any] = {"hours": ZERO}
        if len(history.rates) == 1:
            was["rate"] = history.rates[0]
        fields: dict[str, forms.Field] = {}
        for number, band in enumerate(history.tiers):
            if number:
                was[f"limit_{band.code}"] = band.income_from
                fields[f"limit_{band.code}"] = AmountField(
                    label=_("%(tier)s: income from") % {"tier": tier_label(band.code, band.percent)},
                    required=False,
                    high=10**9,
                )
            was[f"percent_{band.code}"] = band.percent
            fields[f"percent_{band.code}"] = forms.DecimalField(
                label=_("%(tier)s: discount in percent") % {"tier": tier_label(band.code, band.percent)},
                required=False,
                decimal_places=2,
                min_value=ZERO,
                max_value=Decimal(100),
                localize=True,
            )
        for pot in history.pots:
            was[f"pot_{pot.pk}"] = pot.available
            fields[f"pot_{pot.pk}"] = AmountField(label=pot.name, required=False)
        self.was = was
        # What is not in the address is as it was, and says so.
        given = {name: _as_written(name, value) for name, value in was.items()}
        super().__init__(None if data is None else given | data.dict(), initial=given)
        self.fields.update(fields)
        if len(history.rates) == 1:
            self.fields["rate"].help_text = _("Was %(rate)s.") % {"rate": show.amount(history.rates[0])}
        if len(history.rates) > 1:
            lowest, highest = show.amount(history.rates[0]), show.amount(history.rates[-1])
            self.fields["rate"].help_text = _("Was %(lowest)s to %(highest)s. Empty is as it was.") % {
                "lowest": lowest,
                "highest": highest,
            }

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        if not self.errors and self._changed("limit_"):
            steps = [
                Step(band.code, self._value(f"limit_{band.code}", band.income_from), band.percent)
                for band in self.history.tiers
            ]
            for mistake in table_mistakes(steps):
                if mistake is TableMistake.START_TWICE:
                    self._tell_twins(steps)
        return written

    def _tell_twins(self, steps: Sequence[Step]) -> None:
        """Say at each limit that was changed and is another's too that it is; the lowest tier has no field."""
        starts = [step.income_from for step in steps]
        for code in self._changed("limit_"):
            if starts.count(self._value(f"limit_{code}", ZERO)) > 1:
                self.add_error(f"limit_{code}", MISTAKES[TableMistake.START_TWICE])

    def _value(self, name: str, was: Decimal) -> Decimal:
        found: Decimal | None = self.cleaned_data.get(name)
        return was if found is None else found

    def _changed(self, prefix: str) -> dict[str, Decimal]:
        """What was written and is not as it was, by what follows the prefix."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value is not None and value != self.was.get(name)
        }

    def change(self) -> Change:
        """What is asked for, once the form is valid."""
        return Change(
            rate=self._changed("rate").get(""),
            hours=self._value("hours", ZERO),
            percents=self._changed("percent_"),
            limits=self._changed("limit_"),
            pots={int(pk): value - self.was[f"pot_{pk}"] for pk, value in self._changed("pot_").items()},
        )

    @property
    def tier_rows(self) -> list[tuple[TierBandFact, str, forms.BoundField | None, forms.BoundField]]:
        """The tiers as rows: as it was, its name, its limit (the lowest has none), its percent."""
        return [
            (
                band,
                tier_label(band.code, band.percent),
                self[f"limit_{band.code}"] if number else None,
                self[f"percent_{band.code}"],
            )
            for number, band in enumerate(self.history.tiers)
        ]

    @property
    def pot_rows(self) -> list[tuple[Pot, forms.BoundField]]:
        """The pots as rows: as it was, its sum."""
        return [(pot, self[f"pot_{pot.pk}"]) for pot in self.history.pots]
