"""What was changed by whom, when and why: append-only, written in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from advisory.kernel.guards import FrozenFor
from advisory.kernel.users import User

#: Bokføringsloven § 13: five years after the end of the year. The database refuses to let an event go before.
KEPT_YEARS = 5
#: Events that only tell that somebody was there: kept a year.
SIGN_IN = "user.sign_in"


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def of(self, obj: models.Model) -> AuditQuerySet:
        """The events of one object, newest first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).order_by("-at", "-id")


class AuditEvent(models.Model):
    """One change. `organisation` is the number of the organisation it concerns, if any."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(max_length=200)
    organisation = models.PositiveIntegerField(null=True, db_index=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True, default="")

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object")]
        constraints = [
            FrozenFor(name="audit_frozen", column="at", years=KEPT_YEARS, by="action", sooner=(SIGN_IN,)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_label}"


def event(
    action: str,
    obj: models.Model,
    *,
    by: User | None,
    now: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    organisation: int | None = None,
    label: str = "",
) -> AuditEvent:
    """An unsaved event, for verbs that write many at once with `record_all`."""
    return AuditEvent(
        at=now,
        actor=by,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=(label or str(obj))[:200],
        organisation=organisation,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )


def record(action: str, obj: models.Model, *, by: User | None, now: Any, **facts: Any) -> AuditEvent:
    """Write one event: `action` is a verb of the code («engagement.activate»), `before`/`after` the changed fields."""
    entry = event(action, obj, by=by, now=now, **facts)
    entry.save(force_insert=True)
    return entry


def record_all(events: Iterable[AuditEvent]) -> None:
    """Write many events in one statement."""
    AuditEvent.objects.bulk_create(list(events))


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as (before, after)."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
