"""An application as its row tells it, and the rules about what devices and people may say about it."""

from collections.abc import Sequence

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack import masks
from claimstack.errors import Invalid
from claimstack.events import Event, post
from claimstack.identity import Right
from claimstack.moments import put
from claimstack.storage import Row, Transaction
from claimstack.wire import v3

# Of the message, what stands in the body.
BODY = (
    "attributes",
    "contact_info",
    "administrative_contact",
    "technical_contact",
    "network_server_address",
    "application_server_address",
    "join_server_address",
)
ADDRESSES = ("network_server_address", "application_server_address", "join_server_address")
_ALWAYS = frozenset({"ids", "created_at", "updated_at", "deleted_at"})


def whole(row: Row) -> v3.Application:
    """Everything but identifiers and times."""
    application = v3.Application.FromString(bytes(row["body"]))
    application.name, application.description = row["name"], row["description"]
    application.dev_eui_counter = row["dev_eui_counter"]
    return application


def shown(row: Row, part: v3.Application, paths: Sequence[str]) -> v3.Application:
    """The answer: the masked fields, with the identifiers and times that always come along."""
    asked = [path for path in paths if path.partition(".")[0] not in _ALWAYS]
    application = masks.select(part, asked) if asked else v3.Application()
    application.ids.application_id = row["uid"]
    put(application.created_at, row["created_at"])
    put(application.updated_at, row["updated_at"])
    if row["deleted_at"] is not None:
        put(application.deleted_at, row["deleted_at"])
    return application


def body_of(application: v3.Application) -> bytes:
    """What the row's `body` holds."""
    return masks.select(application, BODY).SerializeToString(deterministic=True)


def check_device_addresses(body: bytes, device: v3.EndDevice) -> None:
    """`Invalid` when a device names another host than its application. Ports do not matter, empty leaves it open."""
    application = v3.Application.FromString(body)
    for name in ADDRESSES:
        expected, said = getattr(application, name), getattr(device, name)
        if expected and said and _host(expected) != _host(said):
            raise Invalid(
                "pkg/identityserver",
                f"{name}_mismatch",
                f"the application's {name.replace('_', ' ')} is `{{expected}}`, not `{{address}}`",
                address=said,
                expected=expected,
            )


def _host(address: str) -> str:
    return address.rpartition(":")[0].lower() if ":" in address else address.lower()


async def tell(tx: Transaction, row: Row, deed: str, now: int, paths: Sequence[str] = ()) -> None:
    """Post `application.<deed>` for those who may see the application; `paths`: what changed."""
    ids = v3.EntityIdentifiers(application_ids=v3.ApplicationIdentifiers(application_id=row["uid"]))
    payload = FieldMask(paths=paths) if paths else None
    visibility = (int(Right.APPLICATION_INFO),)
    await post(tx, Event(f"application.{deed}", now, "application", row["id"], ids, visibility, payload=payload))
