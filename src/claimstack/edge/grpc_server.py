"""The gRPC port: every method of the contract, generically, plus reflection and health.

Errors leave as `google.rpc.Status` in the trailer `grpc-status-details-bin`; `x-total-count` leaves as a header,
because clients read it there.
"""

import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from google.protobuf.message import DecodeError, Message
from grpc_reflection.v1alpha import reflection

from claimstack.calls import Call
from claimstack.edge import limits
from claimstack.edge.contract import Method
from claimstack.edge.dispatcher import Dispatcher
from claimstack.edge.errors import Answer
from claimstack.edge.metrics import observe
from claimstack.errors import Invalid

_CODES = {code.value[0]: code for code in grpc.StatusCode}
_OPTIONS = (
    ("grpc.max_receive_message_length", limits.MOST_BODY_BYTES),
    ("grpc.max_concurrent_streams", limits.MOST_STREAMS_PER_CONNECTION),
    ("grpc.max_metadata_size", limits.MOST_HEADER_BYTES),
    ("grpc.so_reuseport", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
)


class _Methods(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._known = {f"/{name}": self._handler(method) for name, method in dispatcher.methods.items()}

    def service(self, details: Any) -> Any:
        return self._known.get(details.method)

    def _handler(self, method: Method) -> Any:
        shape = grpc.unary_stream_rpc_method_handler if method.streams else grpc.unary_unary_rpc_method_handler
        answer = self._streaming(method) if method.streams else self._unary(method)
        # Requests are read in the answer, not by gRPC: what cannot be read would leave as Internal, without details.
        return shape(answer, request_deserializer=None, response_serializer=_written)

    def _unary(self, method: Method) -> Callable[[bytes, Any], Awaitable[Message | None]]:
        dispatcher = self._dispatcher

        async def answer(body: bytes, context: Any) -> Message | None:
            started = time.perf_counter()
            call = _call(dispatcher, method, context)
            try:
                response = await dispatcher.unary(method, _read(method, body), call)
                if call.headers:
                    await context.send_initial_metadata(tuple(call.headers.items()))
            except Exception as error:
                failure = dispatcher.failed(call, error)
                observe(method.full_name, failure.code, started)
                await _abort(context, failure)
                return None
            observe(method.full_name, 0, started)
            return response

        return answer

    def _streaming(self, method: Method) -> Callable[[bytes, Any], AsyncIterator[Message]]:
        dispatcher = self._dispatcher

        async def answer(body: bytes, context: Any) -> AsyncIterator[Message]:
            call = _call(dispatcher, method, context)
            try:
                async for message in dispatcher.stream(method, _read(method, body), call):
                    yield message
            except Exception as error:
                await _abort(context, dispatcher.failed(call, error))

        return answer


def _read(method: Method, body: bytes) -> Message:
    try:
        return method.request.FromString(body)
    except DecodeError:
        name = method.request.DESCRIPTOR.full_name
        raise Invalid("pkg/rpc", "request_malformed", "the request is no `{message}`", message=name) from None


def _written(message: Message) -> bytes:
    return message.SerializeToString()


def _call(dispatcher: Dispatcher, method: Method, context: Any) -> Call:
    metadata = {key.lower(): value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
    return dispatcher.call_for(method.full_name, metadata, _address(context.peer()))


def _address(peer: str) -> str:
    """The address in gRPC's `ipv4:127.0.0.1:5000` or `ipv6:[::1]:5000`."""
    return peer.partition(":")[2].rpartition(":")[0].strip("[]") or peer


async def _abort(context: Any, failure: Answer) -> None:
    trailers = [("grpc-status-details-bin", failure.status.SerializeToString())]
    if failure.retry_after is not None:
        trailers.append(("x-rate-limit-reset", str(int(failure.retry_after) + 1)))
        trailers.append(("grpc-retry-pushback-ms", str(int(failure.retry_after * 1000))))
    await context.abort(_CODES[failure.code], failure.text, tuple(trailers))


def _require_free(listen: str) -> None:
    """Ask the system first: gRPC itself writes its reasons to the error output and raises no reason at all."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, int(port)))


def grpc_server(dispatcher: Dispatcher, listen: str, credentials: Any | None) -> tuple[Any, int]:
    """A server bound to `listen` and its port; `OSError` when the port is taken."""
    _require_free(listen)
    server = grpc.aio.server(options=_OPTIONS, compression=grpc.Compression.NoCompression)
    server.add_generic_rpc_handlers((_Methods(dispatcher),))
    names = sorted({method.service for method in dispatcher.methods.values()})
    reflection.enable_server_reflection((*names, reflection.SERVICE_NAME), server)
    try:
        port = server.add_secure_port(listen, credentials) if credentials else server.add_insecure_port(listen)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {listen}: {error}") from error
    return server, port
