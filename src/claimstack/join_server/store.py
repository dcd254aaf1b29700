"""SQL of the Join Server's settings for whole applications."""

from claimstack.storage import Reader, Row, Transaction


async def settings(reader: Reader, application: int) -> Row | None:
    return await reader.fetchrow(
        "SELECT application, body, kek_sealed, kek_kek FROM activation_settings WHERE application = $1", application
    )


async def put_settings(
    tx: Transaction, application: int, body: bytes, sealed: bytes | None, kek: int | None, now: int
) -> None:
    """Write the application's settings in place of what they were."""
    await tx.execute(
        "INSERT INTO activation_settings (application, body, kek_sealed, kek_kek, updated_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (application) DO UPDATE SET body = excluded.body,"
        " kek_sealed = excluded.kek_sealed, kek_kek = excluded.kek_kek, updated_at = excluded.updated_at",
        application, body, sealed, kek, now,
    )  # fmt: skip


async def remove_settings(tx: Transaction, application: int) -> bool:
    return bool(await tx.execute("DELETE FROM activation_settings WHERE application = $1", application))


async def hold(tx: Transaction, application: int) -> None:
    """Two changes of the same settings come one after the other."""
    if tx.engine == "postgresql":  # SQLite has one writer at a time
        await tx.fetchval("SELECT id FROM application WHERE id = $1 FOR NO KEY UPDATE", application)
