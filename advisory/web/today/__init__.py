"""The day page of staff: what waits first, at most three tiles, and hours without leaving."""
