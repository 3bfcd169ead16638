"""Pages of a year's accounts."""
