"""The suite. It starts a dozen processes: what they compile is kept, also where the environment says otherwise."""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
