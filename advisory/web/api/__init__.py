"""The roof of the API: its addresses, gathered from the rooms, its description, and the page that explains it."""
