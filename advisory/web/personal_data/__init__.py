"""Pages about people's data: what is held about whom, downloads, erasure, and how long things are kept."""
