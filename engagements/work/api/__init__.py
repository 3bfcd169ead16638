"""Engagements, hours, and what hours are logged on, for other systems."""
