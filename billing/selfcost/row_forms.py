"""The rows of the sheet as forms: a cost, a person, an asset and a key; a row where nothing is written is none."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.forms import AmountField
from advisory.kernel.money import half_up
from advisory.kernel.note_field import NoteField
from billing.official_rates.models import LevyZone
from billing.selfcost.facts import AssetFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.forms import CountField, PercentField
from billing.selfcost.lines import AreaNotInRate
from billing.selfcost.models import AllocationKey, AssetLine, CostKind, CostLine, KeyKind, SalaryLine
from billing.selfcost.rows import KEY_COLUMNS
from engagements.work.models import FundingArea

#: A share of the row's own, as part of whole, instead of the sheet's key.
OWN = "own"
KEYS = [("", _("not shared")), *KeyKind.choices, (OWN, _("own share"))]


class RowForm(forms.Form):
    """A row of the sheet. A new one counts only when something is written in one of `texts`: choices are no row."""

    texts: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        if self.initial.get("pk") or not self.is_bound:
            return super().has_changed()
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.texts)


class SharedForm(RowForm):
    """What a cost and a person have in common: the key they are shared by."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.ChoiceField(label=_("Shared by"), choices=KEYS, required=False)
    key_part = CountField(label=_("The service's part"), required=False, suffix="")
    key_whole = CountField(label=_("of in all"), low=Decimal("0.01"), required=False, suffix="")

    #: Which keys of the sheet have numbers as it is written now; None where nobody has said.
    filled_keys: frozenset[str] | None = None

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        key, part, whole = written.get("key"), written.get("key_part"), written.get("key_whole")
        if key == OWN:
            if (part is None or whole is None) and not {"key_part", "key_whole"} & set(self.errors):
                self.add_error("key_part" if part is None else "key_whole", _("Write both numbers of the share."))
            elif part is not None and whole is not None and part > whole:
                self.add_error("key_part", _("The part cannot be more than the whole."))
        elif key and self.filled_keys is not None and key not in self.filled_keys:
            self.add_error("key", _("This key has no numbers. Fill it in under Keys."))
        return written

    def shared(self) -> dict[str, Any]:
        """The share as the verb takes it."""
        written = self.cleaned_data
        if written["key"] == OWN:
            return {"key": "", "key_part": written["key_part"], "key_whole": written["key_whole"]}
        return {"key": written["key"], "key_part": None, "key_whole": None}

    @staticmethod
    def share_of(line: CostLine | SalaryLine) -> dict[str, Any]:
        """What an unbound row shows of the share."""
        own = not line.key and line.key_part is not None
        return {
            "pk": line.pk,
            "key": OWN if own else line.key,
            "key_part": line.key_part if own else None,
            "key_whole": line.key_whole if own else None,
        }


class LineForm(SharedForm):
    """One cost."""

    texts = ("label", "source", "amount", "key_part", "key_whole", "key_label")

    label = forms.CharField(label=_("Cost"), max_length=120)
    source = NoteField(label=_("Source"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CostKind.choices, initial=CostKind.OTHER, required=False)
    funding_area = forms.TypedChoiceField(
        label=_("Area"), choices=FundingArea.choices, coerce=int, initial=FundingArea.ADVICE
    )
    amount = AmountField(label=_("Amount"))
    key_label = forms.CharField(label=_("of what"), max_length=60, required=False)

    @classmethod
    def initial_of(cls, line: CostLine) -> dict[str, Any]:
        """What an unbound row shows."""
        return cls.share_of(line) | {
            "label": line.label,
            "source": line.source,
            "kind": line.kind,
            "funding_area": line.funding_area,
            "amount": line.amount.amount,
            "key_label": line.key_label,
        }

    def clean(self) -> dict[str, Any]:
        written = super().clean()
        area = written.get("funding_area")
        if area is not None and area != FundingArea.ADVICE:
            self.add_error("funding_area", AreaNotInRate(label=written.get("label", ""), area=area).message)
        return written

    def facts(self) -> LineFacts:
        """The cost as the verb takes it."""
        written = self.cleaned_data
        return LineFacts(
            label=written["label"],
            amount=written["amount"],
            funding_area=written["funding_area"],
            kind=written["kind"] or CostKind.OTHER,
            key_label=written["key_label"] if written["key"] == OWN else "",
            source=written["source"],
            **self.shared(),
        )


class SalaryForm(SharedForm):
    """One person, or several alike."""

    texts = ("label", "annual_salary", "billable_percent", "key_part", "key_whole")

    label = forms.CharField(label=_("Role"), max_length=120)
    annual_salary = AmountField(label=_("Annual salary for full time"))
    full_time_equivalents = CountField(
        label=_("Full-time equivalents"), low=Decimal("0.01"), high=100, initial=Decimal(1), suffix=""
    )
    levy_zone = forms.ChoiceField(label=_("Zone of the employer's levy"))
    agreed_holiday = forms.BooleanField(label=_("Five weeks of holiday"), required=False, initial=True)
    over_60 = forms.BooleanField(label=_("Over 60 years"), required=False)
    billable_percent = PercentField(label=_("Billable share in percent"), required=False, suffix="")

    def __init__(self, *args: Any, zones: Sequence[LevyZone] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zones = {str(zone.pk): zone for zone in zones}
        field = self.fields["levy_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (pk, _("Zone %(code)s, %(percent)s") % {"code": zone.code, "percent": show.percent(zone.percent)})
            for pk, zone in self.zones.items()
        ]
        field.initial = next(iter(self.zones), "")
        self.fields["full_time_equivalents"].error_messages["too_high"] = _("At most 100 full-time equivalents.")

    @classmethod
    def initial_of(cls, line: SalaryLine) -> dict[str, Any]:
        """What an unbound row shows."""
        return cls.share_of(line) | {
            "label": line.label,
            "annual_salary": line.annual_salary.amount,
            "full_time_equivalents": Decimal(line.full_time_equivalents),
            "levy_zone": str(line.levy_zone_id),
            "agreed_holiday": line.agreed_holiday,
            "over_60": line.over_60,
            "billable_percent": Decimal(line.billable_percent),
        }

    def facts(self) -> SalaryFacts:
        """The person as the verb takes it."""
        written = self.cleaned_data
        return SalaryFacts(
            label=written["label"],
            annual_salary=written["annual_salary"],
            levy_zone=self.zones[written["levy_zone"]],
            full_time_equivalents=written["full_time_equivalents"],
            agreed_holiday=written["agreed_holiday"],
            over_60=written["over_60"],
            billable_percent=written["billable_percent"] or Decimal(0),
            **self.shared(),
        )


class AssetForm(RowForm):
    """Something bought for several years."""

    texts = ("label", "source", "acquisition", "years", "opening_value")

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Asset"), max_length=120)
    source = NoteField(label=_("Source"), max_length=160, required=False)
    acquisition = AmountField(label=_("Acquisition cost"), low=Decimal("0.01"))
    years = forms.IntegerField(
        label=_("Years in use"),
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    opening_value = AmountField(label=_("Value on 1 January"))
    interest_percent = PercentField(label=_("Interest in percent"), suffix="")

    def __init__(self, *args: Any, interest: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interest_percent"].initial = interest
        self.fields["acquisition"].error_messages["too_low"] = _("The amount must be above zero.")

    @staticmethod
    def initial_of(line: AssetLine) -> dict[str, Any]:
        """What an unbound row shows."""
        return {
            "pk": line.pk,
            "label": line.label,
            "source": line.source,
            "acquisition": line.acquisition.amount,
            "years": line.years,
            "opening_value": line.opening_value.amount,
            "interest_percent": Decimal(line.interest_percent),
        }

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        cost, years, opening = (written.get(name) for name in ("acquisition", "years", "opening_value"))
        if cost is None or years is None or opening is None:
            return written
        a_year = half_up(cost / years)
        if opening > cost:
            self.add_error("opening_value", _("The value cannot be more than the asset cost."))
        elif opening + Decimal(years).scaleb(-2) < a_year:
            words = _("A year's depreciation is %(amount)s: more than is left. Check the value or the years.")
            self.add_error("opening_value", words % {"amount": show.money(a_year)})
        return written

    def facts(self) -> AssetFacts:
        """The asset as the verb takes it."""
        written = self.cleaned_data
        return AssetFacts(
            label=written["label"],
            acquisition=written["acquisition"],
            years=written["years"],
            opening_value=written["opening_value"],
            interest_percent=written["interest_percent"],
            source=written["source"],
        )


class KeyForm(forms.Form):
    """The planned hours, or full-time equivalents, of each area."""

    catalogue = CountField(label=_("Area 1"), required=False, suffix="")
    meeting_place = CountField(label=_("Area 2"), required=False, suffix="")
    advice = CountField(label=_("Area 3, advice"), required=False, suffix="")
    courses = CountField(label=_("Area 3, courses"), required=False, suffix="")
    joint_projects = CountField(label=_("Area 4"), required=False, suffix="")

    def __init__(self, *args: Any, kind: KeyKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    @staticmethod
    def initial_of(key: AllocationKey | None) -> dict[str, Any]:
        """What an unbound row shows; nothing is written for zero."""
        if key is None:
            return {}
        return {column: getattr(key, column) or None for column in KEY_COLUMNS}

    def facts(self) -> KeyFacts:
        """The key as the verb takes it; a number that could not be read counts as nothing."""
        written = getattr(self, "cleaned_data", {})
        return KeyFacts(self.kind, **{column: written.get(column) or Decimal(0) for column in KEY_COLUMNS})
