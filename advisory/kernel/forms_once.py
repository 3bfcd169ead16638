"""A form that makes something new carries a word of its own, so that sending it twice makes one thing.

Two presses on a slow line, or the same page sent again, arrive as two posts. The browser's script stops most of them;
the word stops the rest, also without it. Rows that know themselves (a year, a number, a file) need no word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from advisory.kernel import idempotency
from advisory.kernel.users import User


def _word() -> str:
    return uuid4().hex


def say_once(request: HttpRequest, is_first: bool, done: str) -> None:
    """Tell that it is done, or that it was done already."""
    if is_first:
        messages.success(request, done)
    else:
        messages.info(request, _("This was saved already: the form came twice. Nothing is saved again."))


class OnceForm(forms.Form):
    """A form whose verb is called inside `once`, if it is the first."""

    once = forms.CharField(required=False, max_length=64, initial=_word, widget=forms.HiddenInput)

    def _is_first(self, *, by: User, now: datetime) -> bool:
        """Whether this very content has not been taken in with this word; from now on it has.

        Whoever goes back and writes something else into the same page sends new content, which is taken in.
        """
        word = self.cleaned_data["once"]
        if not word:
            return True
        said = self._said()
        row = idempotency.claim(user=by, key=f"form {word}", request=said, now=now)
        if row.is_answered and row.request == said:
            return False
        row.request = said
        idempotency.keep(row, status=303, body="")
        return True

    @property
    def content(self) -> dict[str, Any]:
        """What a verb takes: all fields but the word."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}

    def _said(self) -> str:
        sent = {self.add_prefix(name): str(self[name].data) for name in self.fields}
        return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()


@contextmanager
def once(form: OnceForm, *, by: User, now: datetime) -> Iterator[bool]:
    """Open a transaction and tell whether the form comes for the first time; what is raised inside undoes both.

    A second sending waits for the first and finds it done.
    """
    with transaction.atomic():
        yield form._is_first(by=by, now=now)
