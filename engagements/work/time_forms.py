"""What people fill in about hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteField
from advisory.kernel.users import User
from engagements.work.choices import Places, code_of
from engagements.work.hours_field import HoursField
from engagements.work.log_time import BeyondFrame, Work, log_time, work_of
from engagements.work.models import Engagement, ServiceType, TimeEntry


class PlaceField(forms.ChoiceField):
    """An engagement or activity out of those the person may log on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places: Places | None = None

    def offer(self, places: Places, *, blank: bool) -> None:
        self.places = places
        groups: list[Any] = [("", _("Choose"))] if blank else []
        self.choices = [*groups, *places.grouped()]

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        return self.places.find(code) if self.places and code else None


class LogTimeForm(forms.Form):
    """Hours on an engagement or activity: what, when, how long, and what was done."""

    work = PlaceField(
        label=_("Engagement"),
        error_messages={"invalid_choice": _("Choose an engagement or activity that you may log hours on.")},
    )
    day = DayField(label=_("Day"))
    minutes = HoursField(label=_("Hours"))
    text = NoteField(label=_("What was done?"), max_length=500, required=False)
    service_type = forms.ModelChoiceField(
        label=_("Service type"),
        queryset=ServiceType.objects.none(),
        required=False,
        empty_label=_("As the engagement"),
    )
    not_billable = forms.BooleanField(label=_("Not billable"), required=False)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        work, kinds = self.fields["work"], self.fields["service_type"]
        assert isinstance(work, PlaceField)
        assert isinstance(kinds, forms.ModelChoiceField)
        work.offer(places, blank=not self.initial.get("work"))
        kinds.queryset = ServiceType.objects.filter(active=True)

    #: The engagement whose agreed hours do not cover what was written; set by `log`.
    beyond: Engagement | None = None

    def log(self, *, by: User, now: datetime) -> TimeEntry | None:
        """Log what a valid form says; None where the verb refuses, with the refusal beside its field."""
        try:
            return log_time(**self.facts(), by=by, now=now)
        except BeyondFrame as refused:
            self.add_error("minutes", refused.message)
            self.beyond = refused.engagement
        except DomainError as refused:
            self.add_error(None, refused.message)
        return None

    def facts(self) -> dict[str, Any]:
        """Keyword arguments for `log_time`: not billable is said, billable follows from the engagement."""
        facts = {name: self.cleaned_data[name] for name in ("work", "day", "minutes", "text", "service_type")}
        return facts | {"billable": False if self.cleaned_data["not_billable"] else None}

    @property
    def chosen(self) -> Work | None:
        """The engagement or activity in the form now, also where the rest is not filled in."""
        work = self.fields["work"]
        assert isinstance(work, PlaceField)
        code = str(self["work"].value() or "")
        return work.places.find(code) if work.places and code else None


class QuickTimeForm(LogTimeForm):
    """The line above the week: the service type is the engagement's."""

    field_order = ("work", "day", "minutes", "text", "not_billable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["service_type"]

    def facts(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("work", "day", "minutes", "text")}
        return facts | {"billable": False if self.cleaned_data["not_billable"] else None}


class ChangeTimeForm(LogTimeForm):
    """The same for hours that are there; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: TimeEntry, places: Places, **kwargs: Any) -> None:
        self.entry = entry
        kwargs["initial"] = {
            "work": code_of(work_of(entry)),
            "day": entry.day,
            "minutes": entry.minutes,
            "text": entry.text,
            "service_type": entry.service_type_id,
            "not_billable": not entry.billable and entry.engagement is not None,
            "version": entry.version,
        }
        super().__init__(*args, places=places, **kwargs)

    def facts(self) -> dict[str, Any]:
        """Keyword arguments for `change_time`."""
        named = ("work", "day", "minutes", "text", "service_type", "version")
        facts = {name: self.cleaned_data[name] for name in named}
        was_billable = self.entry.billable or self.entry.engagement is None
        said = self.cleaned_data["not_billable"]
        same_place = facts["work"] == work_of(self.entry)
        return facts | {"billable": False if said else True if same_place and not was_billable else None}


class TimeFilter(forms.Form):
    """The filters of the list of hours."""

    STATES = [
        ("", _("All hours")),
        ("unbilled", _("Billable, not billed")),
        ("billed", _("Billed")),
        ("free", _("Not billable")),
    ]

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("What was done, engagement or organisation")}),
    )
    advisor = forms.ChoiceField(label=_("Advisor"), required=False)
    state = forms.ChoiceField(label=_("Billing"), choices=STATES, required=False)
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), str(person)) for person in User.objects.staff()]
        self.fields["advisor"].choices = [("", _("Everybody")), ("me", _("Me")), *people]  # type: ignore[attr-defined]


class OpenMonthForm(forms.Form):
    """Why a closed month is opened again."""

    reason = NoteField(label=_("Why is the month opened?"), max_length=300)
