"""People to talk to in an organisation; a contact need not be able to sign in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.organisations.models import Organisation


class Contact(models.Model):
    """Name and role; minimal by design (no identity numbers, no private addresses)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=60, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Name, e-mail and telephone were replaced by a pseudonym.
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
