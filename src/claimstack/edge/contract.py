"""The services as the descriptors tell them: which methods there are, what they take and what they change."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from claimstack.wire import claimstack_v1, v3  # noqa: F401 - puts the contract into the descriptor pool

MASK_FIELD = "field_mask"
# Methods that change nothing although their name does not say so.
_READING = ("Get", "List", "Search", "Stream", "AuthInfo", "Parse", "Generate", "Convert", "Find")


class Service(Protocol):
    """An object whose coroutines are named like the RPCs of one service."""


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC of the contract and the coroutine that answers it (None: not served)."""

    service: str
    name: str
    request: type[Message]
    response: type[Message]
    streams: bool
    descriptor: MethodDescriptor
    full_name: str
    """`package.Service/Rpc`, as in the path of a gRPC call."""
    mutates: bool
    """Whether a repeat could do something twice."""
    masked: bool
    """Whether the request has a field mask."""
    run: Any = field(compare=False)


def methods_of(service_name: str, service: Any) -> list[Method]:
    """The methods of a service of the contract, bound to the object that serves it."""
    descriptor = descriptor_pool.Default().FindServiceByName(service_name)
    return [
        Method(
            service=service_name,
            name=rpc.name,
            request=message_factory.GetMessageClass(rpc.input_type),
            response=message_factory.GetMessageClass(rpc.output_type),
            streams=rpc.server_streaming,
            descriptor=rpc,
            full_name=f"{service_name}/{rpc.name}",
            mutates=not rpc.name.startswith(_READING),
            masked=MASK_FIELD in rpc.input_type.fields_by_name,
            run=getattr(service, rpc.name, None),
        )
        for rpc in descriptor.methods
    ]
