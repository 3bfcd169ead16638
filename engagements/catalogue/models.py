"""Tools of the shared catalogue that were recommended; the catalogue itself is another system."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from engagements.work.models import Engagement


class Recommendation(models.Model):
    """The catalogue's entry as it was on the day: identifier, title, address and version stay with the advice."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="recommendations")
    catalogue_id = models.CharField(_("identifier in the catalogue"), max_length=80)
    title = models.CharField(_("title"), max_length=160)
    url = models.URLField(_("address"), max_length=300)
    version = models.CharField(_("version"), max_length=40, blank=True, default="")
    reason = models.TextField(_("fits because"), max_length=1000)
    advised = models.BooleanField(_("recommended"), default=True)
    recommended_on = models.DateField(_("date"))
    recommended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-advised", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "catalogue_id"], name="recommendation_once_a_tool"),
        ]

    def __str__(self) -> str:
        return self.title
