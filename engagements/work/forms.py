"""What people fill in about engagements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel.note_field import NoteArea, NoteField
from advisory.kernel.users import User
from clients.organisations import Organisation
from clients.register.warnings import RegisterWarning, warnings_of
from engagements.work import lists
from engagements.work.hours_field import AgreedHoursField
from engagements.work.models import Engagement, FundingArea, Phase, ServiceType


class OrganisationField(forms.CharField):
    """An organisation by its number, organisation number or name, as people say it; gives the Organisation."""

    default_error_messages = {
        "unknown": _("No organisation is called «%(text)s». Write its name or number."),
        "many": _("Several organisations fit «%(text)s»: %(names)s. Write the number of the one you mean."),
    }

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        number = text.split(" ", 1)[0]
        if number.isascii() and number.isdigit() and len(number) <= 9:
            found = Organisation.objects.filter(number=int(number)).first()
            if found is not None:
                return found
        exact = list(Organisation.objects.filter(Q(name__iexact=text) | Q(search_name=text.casefold()))[:2])
        if len(exact) == 1:
            return exact[0]
        fitting = list(Organisation.objects.active().matching(text)[:6])
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise forms.ValidationError(self.error_messages["unknown"] % {"text": text}, code="unknown")
        names = ", ".join(f"{organisation.name} ({organisation.number})" for organisation in fitting)
        raise forms.ValidationError(self.error_messages["many"] % {"text": text, "names": names}, code="many")

    def prepare_value(self, value: Any) -> Any:
        return f"{value.number} {value.name}" if isinstance(value, Organisation) else value


class EngagementForm(forms.Form):
    """What an engagement is about and who works on it."""

    organisation = OrganisationField(label=_("Organisation"), help_text=_("Name or number, for instance 1042."))
    title = NoteField(label=_("Title"), max_length=120, help_text=_("Two or three words that the organisation knows."))
    goal = NoteField(
        label=_("Goal"),
        max_length=2000,
        required=False,
        widget=NoteArea(attrs={"rows": 3}),
        help_text=_("What the organisation wants to have reached. Stands in the report."),
    )
    service_type = forms.ModelChoiceField(
        label=_("Service type"),
        queryset=ServiceType.objects.none(),
        empty_label=_("Choose"),
        help_text=_("Decides the price and the VAT."),
    )
    funding_area = forms.TypedChoiceField(
        label=_("Funding area"), choices=FundingArea.choices, coerce=int, initial=FundingArea.ADVICE
    )
    minutes_agreed = AgreedHoursField(
        label=_("Agreed hours"),
        required=False,
        help_text=_("The organisation is asked before more is billed. Leave empty where no limit is agreed."),
    )
    lead = forms.ModelChoiceField(label=_("Lead"), queryset=User.objects.none(), empty_label=_("Choose"))
    team = forms.ModelMultipleChoiceField(
        label=_("Others who may log hours"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "compact"}),
    )
    their_reference = forms.CharField(
        label=_("Their reference"), max_length=60, required=False, help_text=_("Printed on the invoice.")
    )
    place = forms.CharField(label=_("Place"), max_length=60, required=False)
    beneficiary = OrganisationField(
        label=_("Carried out for"),
        required=False,
        help_text=_(
            "Only where another organisation is helped than the one that orders and pays, "
            "for instance a local branch. The payer's discount applies."
        ),
    )
    despite = forms.BooleanField(
        label=_("Register the engagement all the same"), required=False, help_text=_("After you have looked into it.")
    )

    #: What a register warns of, about the organisation of a new engagement.
    warning: RegisterWarning | None = None

    def __init__(self, *args: Any, engagement: Engagement | None = None, **kwargs: Any) -> None:
        self.engagement = engagement
        if engagement is not None:
            kwargs["initial"] = {
                **{
                    name: getattr(engagement, name)
                    for name in ("title", "goal", "their_reference", "place", "beneficiary")
                },
                "service_type": engagement.service_type_id,
                "funding_area": engagement.funding_area,
                "lead": engagement.lead_id,
                "team": [person.pk for person in engagement.team.all()],
            }
        super().__init__(*args, **kwargs)
        staff, kinds = User.objects.staff(), ServiceType.objects.filter(active=True)
        if engagement is not None:
            staff = staff | User.objects.filter(pk=engagement.lead_id)
            kinds = kinds | ServiceType.objects.filter(pk=engagement.service_type_id)
            # The frame has its own page, where the consent is written down.
            del self.fields["organisation"], self.fields["minutes_agreed"], self.fields["despite"]
        for name, choices in (("lead", staff), ("team", staff), ("service_type", kinds)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = choices
        if engagement is None:
            self._keep_question()

    def _keep_question(self) -> None:
        """Only an organisation that a register warns of is asked about: the box is no part of an ordinary form."""
        chosen = self.initial.get("organisation")
        if self.is_bound and self.data.get("organisation"):
            try:
                chosen = self.fields["organisation"].clean(self.data["organisation"])
            except forms.ValidationError:
                chosen = None
        self.warning = warnings_of([chosen]).get(chosen.pk) if chosen else None
        if self.warning is None:
            del self.fields["despite"]
        else:
            self.fields["despite"].required = True
            self.fields["despite"].error_messages["required"] = _(
                "A register warns of this organisation. Say that you have seen it."
            )

    def facts(self) -> dict[str, Any]:
        """The cleaned facts, for the verb."""
        return {name: value for name, value in self.cleaned_data.items() if name != "despite"}


class AgreementForm(forms.Form):
    """How many hours are agreed, and who said yes."""

    minutes = AgreedHoursField(label=_("Agreed hours"), help_text=_("For instance 48 or 12.5."))
    reason = NoteField(
        label=_("Who approved it, and when?"),
        max_length=300,
        help_text=_("For instance: approved by the chair in an e-mail of 5 November."),
    )


class MoveForm(forms.Form):
    """Moving an engagement to another phase; `seen` is the phase on the page that was posted."""

    to = forms.ChoiceField(label=_("Move to"), choices=Phase.choices)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = NoteField(
        label=_("Why is the engagement cancelled?"),
        max_length=1000,
        required=False,
        widget=NoteArea(attrs={"rows": 2}),
    )


class EngagementFilter(forms.Form):
    """The filters of the list and the board."""

    WHOSE = [("mine", _("Mine")), ("all", _("All"))]
    PHASES = [
        ("open", _("Open")),
        (lists.NEAR, _("Near the agreed frame")),
        *Phase.choices,
        ("any", _("All phases")),
    ]

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Title, number or organisation")}),
    )
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    phase = forms.ChoiceField(label=_("Phase"), choices=PHASES, required=False)
    organisation = forms.IntegerField(required=False, min_value=1, max_value=999_999, widget=forms.HiddenInput)
