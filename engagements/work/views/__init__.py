"""Staff pages of engagements, hours and what hours are counted as."""
