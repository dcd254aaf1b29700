"""The build does nothing when nothing has changed, and what it makes is what the sources say."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from claimstack.assets.built import folder, manifest

ROOT = Path(__file__).parents[2]


def test_a_second_build_touches_nothing_and_needs_no_network() -> None:
    def build() -> int:
        command = [sys.executable, str(ROOT / "scripts" / "build_web.py")]
        nowhere = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "npm_config_offline": "true"}
        subprocess.run(command, check=True, env=nowhere)
        return (folder() / "manifest.json").stat().st_mtime_ns

    assert build() == build()


def test_where_nothing_was_built_it_says_what_to_do(tmp_path: Path) -> None:
    bare = tmp_path / "claimstack" / "assets"
    bare.mkdir(parents=True)
    (bare.parent / "__init__.py").touch()
    for name in ("__init__.py", "built.py", "serving.py"):
        shutil.copy(ROOT / "src" / "claimstack" / "assets" / name, bare)
    command = [sys.executable, "-c", "from claimstack.assets import asset; asset('claim.js')"]
    answer = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, check=False)
    assert answer.stderr.decode().endswith("NotBuilt: the pages' assets are not built: run `make web`\n")


def test_every_name_of_the_manifest_is_a_file() -> None:
    assert manifest()
    assert [name for name in manifest().values() if not (folder() / name).is_file()] == []
