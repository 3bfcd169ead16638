"""Notes on an organisation; internal unless somebody chose to show them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.organisations.models import Organisation


class Note(models.Model):
    """A remark in the timeline; `visible` = the organisation reads it too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    visible = models.BooleanField(_("visible to the organisation"), default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
