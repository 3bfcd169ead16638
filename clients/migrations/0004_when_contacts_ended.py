"""Contacts that were put away before the day was noted get it from the audit log, or today where it does not tell."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def note(apps: Any, schema_editor: Any) -> None:
    events = apps.get_model("kernel", "AuditEvent").objects.filter(action="contact.deactivate")
    for contact in apps.get_model("clients", "Contact").objects.filter(active=False, ended_at=None):
        event = events.filter(object_type="clients.contact", object_id=str(contact.pk)).order_by("-at").first()
        contact.ended_at = event.at if event else timezone.now()
        contact.save(update_fields=["ended_at"])


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_people_and_api"), ("kernel", "0003_audit_kept_five_years")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
