"""Invitations by e-mail, to staff and to organisations."""
