"""Build hook: the wire package is compiled from `api/` whenever claimstack is built or installed."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WireBuildHook(BuildHookInterface[Any]):
    """Runs the generator before files are collected, for wheels and editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write `src/claimstack/wire/`, which pyproject.toml names as an artifact of the wheel."""
        if self.target_name != "wheel":
            return
        runpy.run_path(str(Path(self.root) / "scripts" / "generate_wire.py"), run_name="__main__")
