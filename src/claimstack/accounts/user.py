"""A user in the contract's words (`ttn.lorawan.v3.User`) and in the database's columns. No password is in either."""

from collections.abc import Sequence

from claimstack.accounts.store import UserRow
from claimstack.identity import micros, timestamp
from claimstack.masks import select
from claimstack.storage import Row
from claimstack.wire import v3

# What stands in `body`; all else has a column.
BODY = ("attributes", "contact_info", "profile_picture", "console_preferences")
ALWAYS = ("ids", "created_at", "updated_at")
# What every user may see of every other.
PUBLIC = frozenset({*ALWAYS, "ids.user_id", "name", "description", "profile_picture"})
# What only admins may set.
ADMIN_ONLY = frozenset(
    {
        "admin", "state", "state_description", "require_password_update", "primary_email_address_validated_at",
        "temporary_password", "temporary_password_created_at", "temporary_password_expires_at",
    }
)  # fmt: skip
# Paths of the contract's list that nobody sets; clients name them when they echo a whole user.
NEVER_SET = frozenset(
    {
        "ids", "ids.user_id", "ids.email", "created_at", "updated_at", "deleted_at", "temporary_password",
        "temporary_password_created_at", "temporary_password_expires_at",
    }
)  # fmt: skip


def user_words(row: Row, paths: Sequence[str]) -> v3.User:
    """Ids, moments and the asked fields."""
    return select(whole_user(row), [*ALWAYS, *(path for path in paths if path not in ALWAYS)])


def whole_user(row: Row) -> v3.User:
    """Every field that can be read."""
    user = v3.User.FromString(bytes(row["body"]))
    user.ids.user_id = row["uid"]
    user.name, user.description = row["name"], row["description"]
    user.primary_email_address = row["email"]
    user.state, user.state_description = row["state"], row["state_description"]
    user.admin, user.require_password_update = bool(row["admin"]), bool(row["require_password_update"])
    moments = {
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "deleted_at": row["deleted_at"],
        "primary_email_address_validated_at": row["email_validated_at"],
        "password_updated_at": row["password_updated_at"],
        "temporary_password_created_at": row["temporary_password_created_at"],
        "temporary_password_expires_at": row["temporary_password_expires_at"],
    }
    for name, moment in moments.items():
        if moment is not None:
            getattr(user, name).CopyFrom(timestamp(moment))
    return user


def user_row(user: v3.User) -> UserRow:
    """The columns of a user as the contract says it."""
    validated = user.HasField("primary_email_address_validated_at")
    return UserRow(
        email=user.primary_email_address,
        email_validated_at=micros(user.primary_email_address_validated_at) if validated else None,
        state=user.state,
        state_description=user.state_description,
        admin=user.admin,
        require_password_update=user.require_password_update,
    )


def user_body(user: v3.User) -> bytes:
    """What of a user has no column."""
    return select(user, BODY).SerializeToString()
