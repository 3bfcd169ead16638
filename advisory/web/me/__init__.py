"""A person's own page, and the pages of his sign-in."""
