"""The mother of all mistakes a person can make here.

A verb raises a subclass that carries the facts; `advisory.web.middleware` turns it into an answer once.
`message` is what the person reads, already in his language when asked for.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the house says no. `status` is the HTTP answer where no form shows the message."""

    status = 422
    #: Translatable; `%(name)s` is filled from the facts.
    template: Any = ""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.template, facts)

    @property
    def message(self) -> str:
        """What to tell the person, in the active language."""
        return str(self.template) % self.facts

    def __str__(self) -> str:
        return self.message


class Conflict(DomainError):
    """Somebody else was first: the answer is 409 and nothing was changed."""

    status = 409


class OnlyAdministrators(DomainError):
    """The verb is the administrators' and the person is none of them."""

    status = 403
    template = _("Only an administrator can do this. Ask one of them.")


class ReasonMissing(DomainError):
    """The change is kept with its reason, and none was given."""

    template = _("Say why: the reason is kept with the change.")
