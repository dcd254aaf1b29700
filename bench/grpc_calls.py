"""Claims over gRPC, against an echo of the same messages by the same client in the same run."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import grpc

from bench.echo import METHOD, Echo
from bench.figures import Row, row
from bench.house import JOIN_EUI, House
from bench.load import Outcome
from bench.seed import CODE, World
from claimstack.wire import v3

CHANNELS, CLIENTS, CLAIMS = 4, 32, 2000
CLAIM = "/ttn.lorawan.v3.EndDeviceClaimingServer/Claim"
Metadata = Sequence[tuple[str, str]]


class Asked(NamedTuple):
    """One call: its request as bytes, and who asks."""

    request: bytes
    metadata: Metadata


def claims(world: World, count: int, first: int) -> list[Asked]:
    """One claim a device, spread over the owners."""
    return [_claim(world, n) for n in range(first, first + count)]


def _claim(world: World, n: int) -> Asked:
    application, key = world.owners[n % len(world.owners)]
    euis = v3.ClaimEndDeviceRequest.AuthenticatedIdentifiers(
        join_eui=bytes.fromhex(JOIN_EUI), dev_eui=n.to_bytes(8, "big"), authentication_code=CODE
    )
    request = v3.ClaimEndDeviceRequest(
        authenticated_identifiers=euis,
        target_application_ids=v3.ApplicationIdentifiers(application_id=application),
        invalidate_authentication_code=True,
    )
    return Asked(request.SerializeToString(), (("authorization", f"Bearer {key}"),))


async def run(port: int, method: str, calls: Iterator[Asked], clients: int) -> Outcome:
    """Make all calls, that many at a time over a few channels."""
    channels = [grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=_own(n)) for n in range(CHANNELS)]
    outcome, started = Outcome(), time.perf_counter()
    await asyncio.gather(*(_client(channels[n % CHANNELS], method, calls, outcome) for n in range(clients)))
    outcome.seconds = time.perf_counter() - started
    for channel in channels:
        await channel.close()
    return outcome


def _own(number: int) -> list[tuple[str, int]]:
    return [("grpc.use_local_subchannel_pool", 1), ("bench.number", number)]


async def _client(channel: grpc.aio.Channel, method: str, calls: Iterator[Asked], outcome: Outcome) -> None:
    call = channel.unary_unary(method)
    for one in calls:
        sent = time.perf_counter()
        try:
            await call(one.request, metadata=one.metadata)
            outcome.statuses[200] += 1
        except grpc.aio.AioRpcError as error:
            outcome.statuses[error.code().value[0]] += 1
        outcome.latencies.append(time.perf_counter() - sent)


async def rounds(house: House, world: World, engine: str, first: int) -> list[Row]:
    """Claims over gRPC, and the echo that they are held against."""
    claimed, claim_cpu, echoed, echo_cpu = await against_echo(house, world, first)
    return [
        row(f"echo over gRPC, {CLIENTS} clients", echoed, echo_cpu, None),
        row(f"claim over gRPC, {engine}, {CLIENTS} clients", claimed, claim_cpu, echoed.per_second),
    ]


async def against_echo(house: House, world: World, first: int) -> tuple[Outcome, float, Outcome, float]:
    """Claims and their CPU in microseconds a call, then the echo and its."""
    asked = claims(world, CLAIMS, first)
    before = house.cpu
    claimed = await run(house.grpc_port, CLAIM, iter(asked), CLIENTS)
    claim_cpu = (house.cpu - before) * 1e6 / CLAIMS
    echo = Echo()
    before = echo.cpu
    echoed = await run(echo.grpc_port, METHOD, iter(asked), CLIENTS)
    echo_cpu = (echo.cpu - before) * 1e6 / CLAIMS
    echo.stop()
    return claimed, claim_cpu, echoed, echo_cpu
