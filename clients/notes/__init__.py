"""Notes on an organisation."""

from clients.notes.models import Note

__all__ = ["Note"]
