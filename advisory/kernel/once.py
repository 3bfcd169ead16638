"""A form that books something books it once, also where it is sent twice: a double click without JavaScript, a reload.

The form carries a key made when it was shown, and keeps it while its mistakes are mended. The key is claimed in the
transaction of the write (`kernel.idempotency`), so a second sending waits for the first and finds it done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from advisory.kernel import idempotency
from advisory.kernel.users import User

SENT_TWICE = _("The form was sent twice. It is booked once.")


class OnceForm(forms.Form):
    """A form with the key of its one sending."""

    once = forms.RegexField(r"\A\w{1,40}\Z", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", get_random_string(22))

    @property
    def written(self) -> dict[str, Any]:
        """What was filled in, without the key; once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


@contextmanager
def once(form: OnceForm, *, by: User, now: datetime) -> Iterator[bool]:
    """Open a transaction and tell whether the form is sent for the first time; what is raised inside undoes it."""
    key = form.cleaned_data["once"]
    with transaction.atomic():
        if not key:
            yield True
            return
        row = idempotency.claim(user=by, key=f"form-{key}", request="", now=now)
        yield not row.is_answered
        if not row.is_answered:
            idempotency.keep(row, status=HttpResponseRedirect.status_code, body="")
