"""Build hook: the wire package comes from `api/`, the pages' assets from `web/`, whenever claimstack is built."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GENERATORS = ("generate_wire.py", "build_web.py")


class GeneratedBuildHook(BuildHookInterface[Any]):
    """Runs the generators before files are collected, for wheels and editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write what pyproject.toml names as artifacts of the wheel."""
        if self.target_name != "wheel":
            return
        for name in GENERATORS:
            runpy.run_path(str(Path(self.root) / "scripts" / name))["main"]()
