"""A process that judges for the tests of teams: it tells each piece back, by which process, and in what case."""

import os
import sys

from claimstack.edge.imports.serving import Batch, Judge, serve


def naming(case: object) -> Judge:
    """A negative piece is its death."""

    def judge(batch: Batch) -> Batch:
        if min(batch) < 0:
            os._exit(3)
        return [(one, os.getpid(), case) for one in batch]

    return judge


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, naming)
