"""What people fill in about goals, results, the report's text and next steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteArea, NoteField
from engagements.outcomes.models import Evidence, NextStep, Outcome, OutcomeStatus

MOST_STEPS = 12
EMPTY_STEPS = 3


def evidence_choices() -> list[tuple[str, str]]:
    """The levels of evidence, each beginning a line."""
    return [(code, capfirst(str(label))) for code, label in Evidence.choices]


def _measure(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num", "autocomplete": "off"}),
    )


class OutcomeForm(forms.Form):
    """A goal, what was measured, and how it went."""

    goal = NoteField(label=_("Goal"), max_length=300, help_text=_("One thing that can be seen to be reached."))
    unit = forms.CharField(
        label=_("What is measured?"),
        max_length=40,
        required=False,
        help_text=_("For instance: hours a month, members registered, score 1–5."),
    )
    before = _measure(_("Before"))
    target = _measure(_("Target"))
    after = _measure(_("After"))
    status = forms.ChoiceField(label=_("Status"), choices=OutcomeStatus.choices)
    evidence = forms.ChoiceField(label=_("How well is it known?"), choices=evidence_choices, widget=forms.RadioSelect)
    measured_on = DayField(label=_("Measured on"), required=False, last=timezone.localdate)
    result = NoteField(label=_("Result in words"), max_length=2000, required=False, widget=NoteArea(attrs={"rows": 3}))

    @classmethod
    def of(cls, outcome: Outcome | None, data: Any) -> OutcomeForm:
        if outcome is None:
            return cls(data, initial={"status": OutcomeStatus.PLANNED, "evidence": Evidence.ADVISOR})
        return cls(data, initial={name: getattr(outcome, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        measures: list[Decimal | None] = [facts.get(name) for name in ("before", "target", "after")]
        if any(measure is not None for measure in measures) and not facts.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Say what the figures measure."))
        return facts


class ReportForm(forms.Form):
    """What was done in prose, and next steps on their own lines; a line without text is no step."""

    done = NoteField(
        label=_("What we found and did"),
        max_length=8000,
        required=False,
        widget=NoteArea(attrs={"rows": 10}),
        help_text=_("The organisation reads this. An empty line starts a new paragraph. No names of persons."),
    )

    def __init__(self, *args: Any, steps: list[NextStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(len(steps) + EMPTY_STEPS, max(MOST_STEPS, len(steps)))
        for index in range(self.count):
            step = steps[index] if index < len(steps) else None
            self.fields[f"step_{index}"] = NoteField(
                label=_("Next step"), max_length=300, required=False, initial=step.text if step else ""
            )
            self.fields[f"due_{index}"] = DayField(label=_("By"), required=False, initial=step.due if step else None)

    def step_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Text and day of each line."""
        return [(self[f"step_{index}"], self[f"due_{index}"]) for index in range(self.count)]

    def steps(self) -> list[tuple[str, date | None]]:
        """The steps as written, in their order."""
        facts = self.cleaned_data
        return [(facts[f"step_{index}"], facts[f"due_{index}"]) for index in range(self.count)]
