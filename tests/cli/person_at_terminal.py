"""Somebody at a terminal: the real program in a process of its own, with a home folder and a login."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

START = "import sys; sys.argv[0] = sys.argv.pop(1); from claimstack.__main__ import main; main()"


class Said(NamedTuple):
    """What a command printed, and how it ended."""

    out: str
    err: str
    status: int


class Terminal:
    """Runs commands against the server at `url`, in the folder `home`."""

    def __init__(self, home: Path, url: str, program: str = "claimstack") -> None:
        self.home, self.program = home, program
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TTN_LW_", "XDG_", "PYTHONDONTWRITE"))},
            "HOME": str(home),
            "TTN_LW_HTTP_ADDRESS": url.removeprefix("http://"),
            "TTN_LW_OAUTH_SERVER_ADDRESS": f"{url}/oauth",
            "TTN_LW_INSECURE": "true",
        }

    def start(self, *words: str, **pipes: Any) -> subprocess.Popen[str]:
        """A command that is still running."""
        argv = [sys.executable, "-c", START, self.program, *words]
        return subprocess.Popen(argv, cwd=self.home, env=self.environ, text=True, **pipes)

    def run(self, *words: str, given: str | None = None) -> Said:
        """Run a command to its end; `given` comes through a pipe, else there is no input."""
        source: dict[str, Any] = {"stdin": subprocess.PIPE if given is not None else subprocess.DEVNULL}
        with self.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **source) as process:
            out, err = process.communicate(given, timeout=60)
        return Said(out, err, process.returncode)

    def does(self, *words: str, given: str | None = None) -> str:
        """Run a command that must succeed; what it printed."""
        said = self.run(*words, given=given)
        assert said.status == 0, f"{' '.join(words)}: {said.status}\n{said.out}\n{said.err}"
        return said.out

    def gets(self, *words: str, given: str | None = None) -> Any:
        """Run a command that must succeed and print JSON."""
        return json.loads(self.does(*words, given=given))

    def fails(self, *words: str, given: str | None = None) -> str:
        """Run a command that must end with status 255; what it said."""
        said = self.run(*words, given=given)
        assert said.status == 255, f"{' '.join(words)}: {said.status}\n{said.out}\n{said.err}"
        return said.err
