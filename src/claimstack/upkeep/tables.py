"""Every table with its primary key, parents before children; backup and restore walk this list."""

from typing import NamedTuple


class Table(NamedTuple):
    """A table, the columns of its primary key, and whether its `id` is given out by the database."""

    name: str
    key: tuple[str, ...]
    identity: bool = False


TABLES = (
    Table("pepper", ("version",)),
    Table("account", ("id",), identity=True),
    Table("user_account", ("account",)),
    Table("application", ("id",), identity=True),
    Table("application_device_count", ("application", "slot")),
    Table("membership", ("entity_kind", "entity", "account")),
    Table("api_key", ("id",), identity=True),
    Table("user_session", ("id",), identity=True),
    Table("oauth_authorization", ("account", "client_id")),
    Table("oauth_code", ("code_id",)),
    Table("oauth_token", ("id",), identity=True),
    Table("invitation", ("id",), identity=True),
    Table("login_token", ("token_id",)),
    Table("end_device", ("id",), identity=True),
    Table("end_device_part", ("end_device", "component")),
    Table("root_key", ("end_device", "field")),
    Table("join_session", ("end_device", "slot")),
    Table("nonce_history", ("join_eui", "dev_eui")),
    Table("activation_settings", ("application",)),
    Table("peer", ("id",), identity=True),
    Table("counter", ("name",)),
    Table("claim_authorization", ("application",)),
    Table("claim_code", ("end_device",)),
    Table("claim_attempt", ("subject",)),
    Table("upstream_claim", ("uid",)),
    Table("claim_ledger", ("id",), identity=True),
    Table("audit_record", ("id",), identity=True),
    Table("audit_chain", ("chain",)),
    Table("import_job", ("id",), identity=True),
    Table("import_report", ("job", "first_row")),
    Table("event", ("id",), identity=True),
    Table("idempotency_key", ("principal", "key_hash")),
)
