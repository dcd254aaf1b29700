"""The canaries on PostgreSQL: dump and its log searched, too; a KEK rotated on the way, the database gone."""

import gzip
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.edge.test_canaries import kek_of
from tests.support.canary import Canaries, hits, remains, unzipped
from tests.support.flows import API, all_flows
from tests.support.house import ADMIN_KEY, ADMIN_PASSWORD
from tests.support.postgres import Cluster, binaries
from tests.support.process import Process

pytestmark = pytest.mark.prove


def ran(*words: str, folder: Path, url: str) -> None:
    command = [sys.executable, "-m", "claimstack", *words, "--data-dir", str(folder), "--database-url", url]
    subprocess.run(command, check=True)


def test_no_secret_is_in_a_dump_a_backup_or_a_log(tmp_path: Path) -> None:
    cluster = Cluster("-c log_statement=all -c log_min_duration_statement=0")
    try:
        url, folder = cluster.create("canaries"), tmp_path / "data"
        with Process(folder, url, "--log-level", "debug") as server:
            birds = Canaries(server.url, ADMIN_PASSWORD, ADMIN_KEY)
            all_flows(birds)
            birds.secrets["KEK"] = kek_of(folder)
            ran("backup", str(tmp_path / "b.gz"), folder=folder, url=url)
            ran("kek", "rotate", folder=folder, url=url)
            dump = subprocess.run([binaries() / "pg_dump", url], check=True, capture_output=True).stdout
            cluster.stop()
            birds.send("POST", f"{API}/users/maker/password", {"old": "canary-second-password"})
            birds.post_form("/oauth/login", {"user_id": "maker", "password": "canary-second-password"})
            metrics = httpx.get(f"{server.url}/metrics").content
            cluster.start()
        whole = [("dump", dump), ("backup", unzipped(tmp_path / "b.gz")), *birds.bodies]
        whole += [("log of PostgreSQL", (cluster.root / "log").read_bytes())]
        assert gzip.decompress((tmp_path / "b.gz").read_bytes())
        assert hits(birds.secrets, [*whole, *remains(folder, server.log, metrics)]) == []
    finally:
        cluster.destroy()
