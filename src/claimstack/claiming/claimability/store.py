"""SQL of the questions an owner asks about claims."""

from claimstack.storage import Reader, Row


async def standing(reader: Reader, application: int, uid: str) -> Row | None:
    """Everything about one device of the application that a claim would look at, less its code."""
    return await reader.fetchrow(
        "SELECT d.id AS end_device, d.uid, d.join_eui, d.dev_eui, d.epoch, d.maker_application, d.root_keys_read_at,"
        " d.root_keys_read_by, c.end_device AS coded, c.valid_from, c.valid_to, n.body AS network_body,"
        " CASE WHEN n.state_sealed IS NULL THEN 0 ELSE 1 END AS network_state,"
        " z.api_key AS authorized, k.rights AS key_rights, k.expires_at AS key_expires_at,"
        " (SELECT u.join_server FROM upstream_claim u"
        "  WHERE u.end_device = d.id AND u.state = 'claimed') AS join_server,"
        " (SELECT count(*) FROM claim_ledger l WHERE l.end_device = d.id) AS transfers,"
        " (SELECT l.root_keys_read FROM claim_ledger l WHERE l.end_device = d.id AND l.target_application = $1"
        "  AND l.source_application <> $1 ORDER BY l.sequence DESC LIMIT 1) AS read_before"
        " FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id"
        " LEFT JOIN end_device_part n ON n.end_device = d.id AND n.component = 'ns'"
        " LEFT JOIN claim_authorization z ON z.application = d.application"
        " LEFT JOIN api_key k ON k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = d.application"
        " WHERE d.application = $1 AND d.uid = $2",
        application, uid,
    )  # fmt: skip


async def failures(reader: Reader, subject: str) -> Row | None:
    """`window_started_at` and `attempts` of one subject."""
    return await reader.fetchrow("SELECT window_started_at, attempts FROM claim_attempt WHERE subject = $1", subject)


async def authorization(reader: Reader, application: int) -> Row | None:
    """The opt-in of the application with its key, if that is still there."""
    return await reader.fetchrow(
        "SELECT z.api_key AS authorized, z.key_id, z.authorized_by, z.authorized_at, k.name AS key_name,"
        " k.rights AS key_rights, k.expires_at AS key_expires_at FROM claim_authorization z"
        " LEFT JOIN api_key k ON k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = z.application"
        " WHERE z.application = $1",
        application,
    )
