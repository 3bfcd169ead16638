"""References in paths, `2026-014` of engagements and `F2026-003` of joint orders, and the engagement behind one."""

from __future__ import annotations

from django.http import Http404
from django.urls import register_converter

from advisory.kernel.users import User
from engagements.work.models import Engagement


class ReferenceConverter:
    """Year and running number of an engagement."""

    regex = r"[0-9]{4}-[0-9]{3,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class JointReferenceConverter(ReferenceConverter):
    """F, year and running number of a joint order."""

    regex = r"F[0-9]{4}-[0-9]{3,}"


register_converter(ReferenceConverter, "reference")
register_converter(JointReferenceConverter, "joint")


def engagement_for(user: User, reference: str) -> Engagement:
    """The engagement, with its organisation, lead and service type, if the person may see it; 404 otherwise."""
    found = (
        Engagement.objects.visible_to(user)
        .select_related("organisation", "lead", "service_type", "beneficiary")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    return found
