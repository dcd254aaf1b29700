"""What must hold between rows, each as one statement (one moment, also while servers run) that finds what breaks it."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from claimstack.storage import Reader
from claimstack.upkeep.finding import Finding

MOST = 1000
RESTORE = "Restore the last backup that passes fsck, and report this"
REMOVE = "Nobody can reach it any more: it can be deleted"
RECOUNT = "Lists show a wrong total until `claimstack fsck --recount` has counted anew"


class Check(NamedTuple):
    """`sql` gives `key` (text) and `found` (text) of each row that breaks the rule; `wrong` may quote `{found}`."""

    table: str
    sql: str
    wrong: str
    remedy: str


def _text(*columns: str) -> str:
    return " || ' ' || ".join(f"CAST({column} AS TEXT)" for column in columns)


def _orphan(
    table: str, key: tuple[str, ...], column: str, parent: str, parent_key: str = "id", only: str = ""
) -> Check:
    """Rows of a table whose `column` names no row of `parent`."""
    condition = f" AND {only}" if only else ""
    return Check(
        table,
        f"SELECT {_text(*(f't.{name}' for name in key))} AS key, {_text(f't.{column}')} AS found FROM {table} t"  # noqa: S608 - names of ours
        f" LEFT JOIN {parent} p ON p.{parent_key} = t.{column}"
        f" WHERE t.{column} IS NOT NULL AND p.{parent_key} IS NULL{condition}",
        f"{column} {{found}} is in no row of {parent}",
        REMOVE,
    )


_MEMBER = ("entity_kind", "entity", "account")
ORPHANS = (
    _orphan("user_account", ("account",), "account", "account"),
    _orphan("application_device_count", ("application", "slot"), "application", "application"),
    _orphan("membership", _MEMBER, "account", "account"),
    _orphan("membership", _MEMBER, "entity", "application", only="t.entity_kind = 'application'"),
    _orphan("membership", _MEMBER, "entity", "account", only="t.entity_kind = 'organization'"),
    _orphan("api_key", ("id",), "entity", "application", only="t.entity_kind = 'application'"),
    _orphan("api_key", ("id",), "entity", "account", only="t.entity_kind <> 'application'"),
    _orphan("user_session", ("id",), "account", "account"),
    _orphan("oauth_authorization", ("account", "client_id"), "account", "account"),
    _orphan("oauth_code", ("code_id",), "account", "account"),
    _orphan("oauth_token", ("id",), "account", "account"),
    _orphan("login_token", ("token_id",), "account", "account"),
    _orphan("end_device", ("id",), "application", "application")._replace(remedy=RESTORE),
    _orphan("end_device_part", ("end_device", "component"), "end_device", "end_device"),
    _orphan("root_key", ("end_device", "field"), "end_device", "end_device"),
    _orphan("join_session", ("end_device", "slot"), "end_device", "end_device"),
    _orphan("claim_code", ("end_device",), "end_device", "end_device"),
    _orphan("activation_settings", ("application",), "application", "application"),
    _orphan("claim_authorization", ("application",), "application", "application"),
    _orphan("audit_record", ("chain", "sequence"), "chain", "audit_chain", "chain")._replace(remedy=RESTORE),
)

# A hash whose pepper is gone can never match again.
PEPPERED = tuple(
    _orphan(table, key, "pepper", "pepper", "version")._replace(remedy=RESTORE)
    for table, key in (
        ("api_key", ("id",)),
        ("user_session", ("id",)),
        ("oauth_code", ("code_id",)),
        ("oauth_token", ("id",)),
        ("invitation", ("id",)),
        ("login_token", ("token_id",)),
        ("claim_code", ("end_device",)),
        ("claim_ledger", ("id",)),
        ("peer", ("id",)),
    )
)

RULES = (
    Check(
        "account",
        "SELECT CAST(a.id AS TEXT) AS key, a.uid AS found FROM account a LEFT JOIN user_account u ON u.account = a.id"
        " WHERE (a.kind = 'user' AND u.account IS NULL) OR (a.kind <> 'user' AND u.account IS NOT NULL)",
        "{found} is half a user",
        RESTORE,
    ),
    Check(
        "end_device",
        "SELECT CAST(min(id) AS TEXT) AS key, CAST(max(id) AS TEXT) AS found FROM end_device"
        " WHERE join_eui IS NOT NULL AND dev_eui IS NOT NULL GROUP BY join_eui, dev_eui HAVING count(*) > 1",
        "has the same EUIs as {found}: a device has one owner",
        RESTORE,
    ),
    Check(
        "end_device",
        "SELECT CAST(d.id AS TEXT) AS key, CAST(d.epoch AS TEXT) AS found FROM end_device d"
        " WHERE d.epoch <> 1 AND NOT EXISTS (SELECT 1 FROM claim_ledger l WHERE l.end_device = d.id)",
        "has the ownership epoch {found}, but no row in the ledger",
        RESTORE,
    ),
    Check(
        "end_device",
        "SELECT CAST(d.id AS TEXT) AS key, l.target_application_uid || '/' || l.target_device_uid AS found"
        " FROM end_device d JOIN claim_ledger l ON l.end_device = d.id AND l.sequence ="
        " (SELECT max(m.sequence) FROM claim_ledger m WHERE m.end_device = d.id)"
        " WHERE l.epoch <> d.epoch OR l.target_application <> d.application OR l.target_device_uid <> d.uid",
        "is not where the ledger says ({found}), or under another epoch",
        RESTORE,
    ),
    Check(
        "claim_code",
        "SELECT CAST(c.end_device AS TEXT) AS key, CAST(c.application AS TEXT) AS found FROM claim_code c"
        " JOIN end_device d ON d.id = c.end_device WHERE c.application <> d.application",
        "is filed under application {found}, which does not have the device",
        RESTORE,
    ),
    Check(
        "application_device_count",
        "SELECT CAST(a.id AS TEXT) AS key, CAST(coalesce(k.devices, 0) AS TEXT) || ' instead of '"
        " || CAST(coalesce(n.devices, 0) AS TEXT) AS found FROM application a"
        " LEFT JOIN (SELECT application, CAST(sum(devices) AS BIGINT) AS devices FROM application_device_count"
        " GROUP BY application) k ON k.application = a.id"
        " LEFT JOIN (SELECT application, count(*) AS devices FROM end_device GROUP BY application) n"
        " ON n.application = a.id WHERE coalesce(k.devices, 0) <> coalesce(n.devices, 0)",
        "counts {found} devices",
        RECOUNT,
    ),
    Check(
        "audit_chain",
        "SELECT c.chain AS key, CAST(c.sequence AS TEXT) AS found FROM audit_chain c"
        " WHERE c.first_sequence <> c.sequence + 1"
        " AND NOT EXISTS (SELECT 1 FROM audit_record r WHERE r.chain = c.chain)",
        "ends at row {found}, but has no rows",
        RESTORE,
    ),
)
CHECKS = (*RULES, *ORPHANS, *PEPPERED)


async def findings(reader: Reader, check: Check) -> AsyncIterator[Finding]:
    """What breaks one rule, at most a thousand rows."""
    for row in await reader.fetch(f"{check.sql} LIMIT {MOST}"):
        yield Finding(check.table, row["key"], check.wrong.format(found=row["found"]), check.remedy)


async def damage(reader: Reader) -> AsyncIterator[Finding]:
    """What SQLite itself finds wrong with its file; PostgreSQL has tools of its own (`pg_amcheck`)."""
    if reader.engine == "sqlite":
        for row in await reader.fetch("PRAGMA quick_check(100)"):
            if row[0] != "ok":
                yield Finding("database", "file", str(row[0]), RESTORE)
