"""A PostgreSQL cluster of the tests' own: made in a temporary directory, on a Unix socket and a loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def binaries() -> Path:
    """The directory with initdb and postgres; an error says how to get them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    which = shutil.which("initdb")
    if not found and not which:
        raise RuntimeError("PostgreSQL is missing: run `make tools` (Debian: apt-get install postgresql)")
    return (found[-1] if found else Path(which or "")).parent


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A running server; `url(name)` of a database in it."""

    def __init__(self, options: str = "") -> None:
        self.root = Path(tempfile.mkdtemp(prefix="claimstack-pg-"))
        self.port = free_port()
        self._options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.root} {options}"
        self._as_user = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        )
        if self._as_user:
            shutil.chown(self.root, "postgres", "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()

    @property
    def data(self) -> str:
        """The data directory."""
        return str(self.root / "data")

    def _run(self, program: str, *args: str) -> None:
        command = [*self._as_user, str(binaries() / program), *args]
        with tempfile.TemporaryFile() as told:  # no pipe: the server that pg_ctl starts would keep it open
            ended = subprocess.run(command, check=False, cwd=self.root, stdout=told, stderr=subprocess.STDOUT)
            told.seek(0)
            if ended.returncode:
                raise RuntimeError(f"{program} ended with {ended.returncode}: {told.read().decode(errors='replace')}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run(
            "pg_ctl", "-D", self.data, "-l", str(self.root / "log"), "-w", "-t", "60", "-o", self._options, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop it."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    @property
    def postmaster(self) -> int:
        """The process id of the server."""
        return int((Path(self.data) / "postmaster.pid").read_text().split()[0])

    def url(self, database: str) -> str:
        """The URL of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database and tell its URL."""
        sql = f'CREATE DATABASE "{database}" TEMPLATE "{template}"'
        self._run("psql", "-qX", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", sql)
        return self.url(database)

    def empty(self, database: str) -> None:
        """End every connection to a database and take out all rows: far cheaper than another copy."""
        deletes = (
            "DO $$ DECLARE t text; BEGIN"
            " PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
            f"  WHERE datname = '{database}' AND pid <> pg_backend_pid();"
            " SET session_replication_role = replica;"
            " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'"
            " LOOP EXECUTE format('DELETE FROM %I', t); END LOOP;"
            " PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences;"
            " DELETE FROM schema_migration WHERE digest = ''; END $$"
        )
        self._run("psql", "-qX", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", deletes)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        sql = f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'
        self._run("psql", "-qX", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", sql)

    def destroy(self) -> None:
        """Stop it and remove its files."""
        if (Path(self.data) / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.root, ignore_errors=True)
