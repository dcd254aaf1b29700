"""Entry point of both commands, `claimstack` and `ttn-lw-cli`.

`--version` is answered before anything is imported: scripts ask it often.
"""

import os
import sys

# Processes that we start run a program of their own: gRPC need not follow them, nor say that it does not.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


def main() -> None:
    """Run the command line of this process and end with its exit status."""
    program = sys.argv[0].replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    if program == "__main__.py":
        program = "claimstack"
    if sys.argv[1:] in (["--version"], ["version"]):
        from claimstack import __version__

        print(f"claimstack {__version__}")
        return
    from claimstack.cli.main import run

    sys.exit(run(sys.argv[1:], program))


if __name__ == "__main__":
    main()
