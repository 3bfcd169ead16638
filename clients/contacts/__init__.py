"""People to talk to in an organisation."""

from clients.contacts.models import Contact

__all__ = ["Contact"]
