"""Make the virtual environment, or say in one clear line what is missing."""

import subprocess
import sys

OLDEST = (3, 11)


def main(folder: str) -> int:
    """Create `folder`; returns the exit status."""
    if sys.version_info < OLDEST:
        here = sys.version.split()[0]
        print(f"claimstack needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {here}", file=sys.stderr)
        return 1
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        print("Python's venv module is missing: install it (Debian: apt-get install python3-venv)", file=sys.stderr)
        return 1
    return subprocess.call([sys.executable, "-m", "venv", folder])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
