"""Pages beside the sheet: the cost base as a file, and the year so far against its plan."""
