"""The reference for gRPC: a server of the same kind (grpc.aio on uvloop) that answers what it was sent.

`python -m bench.echo PORT` serves; `Echo` starts that in a process of its own.
"""

import asyncio
import sys

import grpc
import psutil
import uvloop

from tests.support.postgres import free_port

METHOD = "/bench.Echo/Echo"


async def _echo(request: bytes, context: object) -> bytes:
    return request


async def _serve(port: int) -> None:
    server = grpc.aio.server()
    echo = grpc.unary_unary_rpc_method_handler(_echo)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", {"Echo": echo}),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


class Echo:
    """A running echo; CPU times are of its process alone."""

    def __init__(self) -> None:
        self.grpc_port = free_port()
        self._process = psutil.Popen([sys.executable, "-m", "bench.echo", str(self.grpc_port)])
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc_port}") as channel:
            grpc.channel_ready_future(channel).result(20)

    @property
    def cpu(self) -> float:
        """CPU seconds used so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
