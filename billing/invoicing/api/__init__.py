"""Proposals, issued documents and their files for other systems; nothing here writes."""
