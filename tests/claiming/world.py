"""The world of the claiming tests: a maker whose application is authorized, its devices, an owner and a stranger."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from claimstack.claiming import ClaimCaps, claim_end_devices
from claimstack.claiming.authorization import NEEDED
from claimstack.claiming.gate.attempt import Attempt, Outcome
from claimstack.identity import Caller
from claimstack.identity.rights import Rights
from claimstack.storage import Database, Row, Transaction
from claimstack.vault import Secret, Vault
from tests.support.people import NOW, a_key, a_user, an_application

JOIN_EUI = bytes.fromhex("70B3D57ED0000000")
DEV_EUI = bytes.fromhex("0004A310001FF9E0")
CODE = "CAFE2345CAFE2345"
SECOND = 1_000_000
HOUR = 3600 * SECOND
NO_CAPS = ClaimCaps(device=10**9, claimer=10**9, overall=10**9, slowed=10**9)


@dataclass
class World:
    """People, applications (surrogates) and the way to claim."""

    db: Database
    vault: Vault
    maker: Caller
    owner: Caller
    stranger: Caller
    maker_app: int
    owner_app: int
    other_app: int
    caps: ClaimCaps = field(default_factory=ClaimCaps)

    async def device(self, uid: str = "sensor-1", **wishes: Any) -> int:
        """A device of the maker with a code; see `_device` for what can be wished."""
        return await self.db.transaction(_device, self, uid, wishes)

    def attempt(self, **changes: Any) -> Attempt:
        """The owner's attempt with the right code, changed as said."""
        caller = changes.pop("by", self.owner)
        code = changes.pop("code", CODE)
        usual = Attempt(
            join_eui=JOIN_EUI, dev_eui=DEV_EUI, code=Secret(code.encode()), target=self.owner_app, wish="",
            principal=caller.principal, claimer_uid=caller.uid, burn=True, now=NOW,
        )  # fmt: skip
        return replace(usual, **changes)

    async def claim(self, **changes: Any) -> Outcome:
        """Make one attempt."""
        return (await self.claims([self.attempt(**changes)]))[0]

    async def claims(self, attempts: Sequence[Attempt]) -> list[Outcome]:
        """Make several attempts in one transaction."""
        return await self.db.transaction(claim_end_devices, self.vault, self.caps, attempts)

    async def row(self, sql: str, *args: Any) -> Row | None:
        """One row."""
        return await self.db.fetchrow(sql, *args)

    async def val(self, sql: str, *args: Any) -> Any:
        """One value."""
        return await self.db.fetchval(sql, *args)

    async def run(self, sql: str, *args: Any) -> None:
        """Change something behind everybody's back."""

        async def verb(tx: Transaction) -> None:
            await tx.execute(sql, *args)

        await self.db.transaction(verb)

    async def reasons(self) -> list[str]:
        """Why attempts were refused, oldest first."""
        rows = await self.db.fetch("SELECT outcome FROM audit_record WHERE action = 'claim' ORDER BY id")
        return [row["outcome"] for row in rows]


async def _device(tx: Transaction, world: World, uid: str, wishes: dict[str, Any]) -> int:
    """Wishes: `dev_eui`, `application`, `code` (None: none), `valid_from`, `valid_to`, `is_body`, `parts`."""
    dev_eui = wishes.get("dev_eui", DEV_EUI)
    application = wishes.get("application", world.maker_app)
    device = int(
        await tx.fetchval(
            "INSERT INTO end_device (application, uid, join_eui, dev_eui, name, is_body, maker_application, created_at,"
            " updated_at) VALUES ($1, $2, $3, $4, 'Sensor', $5, $1, $6, $6) RETURNING id",
            application, uid, JOIN_EUI, dev_eui, wishes.get("is_body", b""), NOW,
        )
    )  # fmt: skip
    await tx.execute(
        "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, 1)"
        " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + 1",
        application, device % 16,
    )  # fmt: skip
    if (code := wishes.get("code", CODE)) is not None:
        hashed, window = (
            world.vault.hash(Secret(code.encode()), dev_eui),
            (wishes.get("valid_from"), wishes.get("valid_to")),
        )
        await tx.execute(
            "INSERT INTO claim_code (end_device, code_hash, pepper, code_sealed, code_kek, valid_from, valid_to,"
            " updated_at, application) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8)",
            device, hashed, world.vault.pepper_version, b"sealed", *window, NOW, application,
        )  # fmt: skip
    for component, (body, state) in wishes.get("parts", {}).items():
        await tx.execute(
            "INSERT INTO end_device_part (end_device, component, body, state_sealed, state_kek, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $6)",
            device, component, body, state, 1 if state else None, NOW,
        )  # fmt: skip
    return device


async def authorize_application(
    world: World, application: int, rights: int = NEEDED, expires_at: int | None = None
) -> str:
    """Hand over a key of the application; its id."""
    key = await a_key(world.db, world.vault, "application", application, Rights(rights), expires_at=expires_at)
    surrogate = await world.val("SELECT id FROM api_key WHERE key_id = $1", key.id)
    await world.run(
        "INSERT INTO claim_authorization (application, api_key, key_id, authorized_by, authorized_at)"
        " VALUES ($1, $2, $3, 'user:1:maker', $4)",
        application, surrogate, key.id, NOW,
    )  # fmt: skip
    return key.id


async def a_world(db: Database, vault: Vault) -> World:
    """Everybody in place, the maker's application authorized."""
    maker, owner, stranger = [await a_user(db, uid) for uid in ("maker", "owner", "stranger")]
    maker_app, owner_app, other_app = [
        await an_application(db, uid, who)
        for uid, who in (("maker-app", maker), ("owner-app", owner), ("other-app", stranger))
    ]
    world = World(db, vault, maker, owner, stranger, maker_app, owner_app, other_app)
    await authorize_application(world, world.maker_app)
    return world
