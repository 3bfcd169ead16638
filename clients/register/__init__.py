"""Enhetsregisteret and Frivillighetsregisteret: what they say about an organisation, and when they said it."""
