"""What people fill in about joint orders: who takes part with how much, and hours that all of them share."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteField
from advisory.kernel.users import User
from engagements.work.forms import OrganisationField
from engagements.work.hours_field import AgreedHoursField, HoursField
from engagements.work.joint import Party
from engagements.work.joint_hours import JointHourMoved, change_joint_hour, log_joint_hour
from engagements.work.log_time import BeyondFrame
from engagements.work.models import Engagement, JointHour, JointOrder, JointShare, ServiceType


class JointOrderForm(forms.Form):
    """What a joint order is about and who works on it; the same for the engagement of every organisation."""

    title = NoteField(label=_("Title"), max_length=120, help_text=_("Two or three words that the organisations know."))
    service_type = forms.ModelChoiceField(
        label=_("Service type"),
        queryset=ServiceType.objects.none(),
        empty_label=_("Choose"),
        help_text=_("Decides the price and the VAT."),
    )
    minutes_agreed = AgreedHoursField(
        label=_("Agreed hours in all"),
        required=False,
        help_text=_("Split by the parts. Each organisation is asked before more is billed."),
    )
    lead = forms.ModelChoiceField(label=_("Lead"), queryset=User.objects.none(), empty_label=_("Choose"))
    team = forms.ModelMultipleChoiceField(
        label=_("Others who may log hours"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "compact"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("lead", User.objects.staff()),
            ("team", User.objects.staff()),
            ("service_type", ServiceType.objects.filter(active=True)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices


class PartyForm(forms.Form):
    """One organisation and its part; a row without an organisation says nothing."""

    organisation = OrganisationField(label=_("Organisation"), required=False)
    part = forms.DecimalField(
        label=_("Part"),
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=True,
        error_messages={"min_value": _("Write a part above 0, for example 1 or 33.33.")},
    )

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        named, part = written.get("organisation"), written.get("part")
        if named and part is None and "part" not in self.errors:
            self.add_error("part", _("Write how large the part is, for example 1."))
        if part is not None and not named and "organisation" not in self.errors:
            self.add_error("organisation", _("Write whose part it is."))
        return written


if TYPE_CHECKING:
    # Generic to the checker alone.
    _FormSet = forms.BaseFormSet[PartyForm]
else:
    _FormSet = forms.BaseFormSet


class Parties(_FormSet):
    """The rows of a key."""

    def parties(self) -> list[Party]:
        """The filled rows in their order, once the rows are valid."""
        return [
            Party(row.cleaned_data["organisation"], row.cleaned_data["part"])
            for row in self.forms
            if row.cleaned_data.get("organisation")
        ]


PartyFormSet = cast(
    type[Parties], forms.formset_factory(PartyForm, formset=Parties, extra=3, max_num=200, absolute_max=400)
)


def rows_of(shares: list[JointShare]) -> list[dict[str, Any]]:
    """The key as it stands, as the rows' first contents."""
    return [{"organisation": share.engagement.organisation, "part": share.part} for share in shares]


class JointHourForm(forms.Form):
    """An hour for all organisations of the order."""

    day = DayField(label=_("Day"))
    minutes = HoursField(label=_("Hours"))
    text = NoteField(label=_("What was done?"), max_length=500, required=False)
    not_billable = forms.BooleanField(label=_("Not billable"), required=False)

    #: The engagement whose agreed hours do not cover its part; set where the verb refuses.
    beyond: Engagement | None = None

    def _refused(self, refused: DomainError) -> None:
        if isinstance(refused, BeyondFrame):
            self.beyond = refused.engagement
            self.add_error("minutes", f"{refused.engagement.organisation.name}: {refused.message}")
        else:
            self.add_error(None, refused.message)

    def log(self, order: JointOrder, *, by: User, now: datetime) -> JointHour | None:
        """Log what a valid form says; None where the verb refuses, with the refusal beside its field."""
        facts = self.cleaned_data
        try:
            return log_joint_hour(
                order=order,
                day=facts["day"],
                minutes=facts["minutes"],
                text=facts["text"],
                billable=not facts["not_billable"],
                by=by,
                now=now,
            )
        except DomainError as refused:
            self._refused(refused)
        return None


class ChangeJointHourForm(JointHourForm):
    """The same for an hour that is there; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    #: The hour as somebody else left it meanwhile.
    theirs: JointHour | None = None
    status = 422

    def __init__(self, *args: Any, hour: JointHour, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "day": hour.day,
            "minutes": hour.minutes,
            "text": hour.text,
            "not_billable": not hour.billable,
            "version": hour.version,
        }
        super().__init__(*args, **kwargs)

    def change(self, hour: JointHour, *, by: User, now: datetime) -> JointHour | None:
        """Write what a valid form says; None where the verb refuses."""
        facts = self.cleaned_data
        try:
            return change_joint_hour(
                hour=hour,
                version=facts["version"],
                day=facts["day"],
                minutes=facts["minutes"],
                text=facts["text"],
                billable=not facts["not_billable"],
                by=by,
                now=now,
            )
        except JointHourMoved as conflict:
            self.theirs, self.status = conflict.theirs, conflict.status
            self.add_error(None, conflict.message)
        except DomainError as refused:
            self.status = max(refused.status, 422) if refused.status != 409 else 409
            self._refused(refused)
        return None
