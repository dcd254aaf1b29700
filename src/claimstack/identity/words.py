"""Rows of this room in the contract's words (ttn.lorawan.v3), and moments both ways."""

from google.protobuf.timestamp_pb2 import Timestamp

from claimstack.identity.rights import Rights
from claimstack.storage import Row
from claimstack.wire import v3


def timestamp(micros: int) -> Timestamp:
    """A moment of the database as the contract writes it."""
    seconds, rest = divmod(micros, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def micros(moment: Timestamp) -> int:
    """A moment of the contract as the database writes it."""
    return moment.seconds * 1_000_000 + moment.nanos // 1000


def api_key(row: Row) -> v3.APIKey:
    """A key without its secret, which nobody has any more."""
    key = v3.APIKey(
        id=row["key_id"],
        name=row["name"],
        rights=Rights(row["rights"]).collapsed(),  # type: ignore[arg-type]
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )
    if row["expires_at"] is not None:
        key.expires_at.CopyFrom(timestamp(row["expires_at"]))
    return key


def account_ids(kind: str, uid: str) -> v3.OrganizationOrUserIdentifiers:
    """A collaborator's identifiers."""
    if kind == "organization":
        return v3.OrganizationOrUserIdentifiers(organization_ids=v3.OrganizationIdentifiers(organization_id=uid))
    return v3.OrganizationOrUserIdentifiers(user_ids=v3.UserIdentifiers(user_id=uid))


def account_in(ids: v3.OrganizationOrUserIdentifiers) -> tuple[str, str]:
    """Kind and id of a collaborator; two empty texts when none is named."""
    if ids.HasField("organization_ids"):
        return "organization", ids.organization_ids.organization_id
    return ("user", ids.user_ids.user_id) if ids.HasField("user_ids") else ("", "")
