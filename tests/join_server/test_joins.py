"""Many joins at once, on two nodes: each DevNonce once, each JoinNonce once. The long versions run in `make prove`."""

import asyncio
from collections import Counter

import pytest

from claimstack.identity import Caller
from claimstack.join_server import Joined, Refused, Why, store
from claimstack.join_server.decide import decide_join
from claimstack.join_server.joins import MOST_TOLD
from claimstack.lorawan import AES128Key
from claimstack.lorawan.otaa import unseal
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.join_server.world import APP, a_maker, a_wish, some_devices, two_nodes
from tests.support.devices import numbered
from tests.support.joining import OWN

COPIES, DEVICES = 60, 40


@pytest.fixture
async def maker(db: Database) -> Caller:
    return await a_maker(db)


async def test_of_many_copies_of_a_join_request_one_is_answered(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, 1)
    async with two_nodes(db, vault) as nodes:
        asked = [nodes[n % 2].join(a_wish(7, at=n)) for n in range(COPIES)]
        outcomes = await asyncio.gather(*asked)
    kinds = Counter(type(one) if isinstance(one, Joined) else one.why for one in outcomes)
    assert kinds == {Joined: 1, Why.REPLAYED: COPIES - 1}


async def test_many_devices_join_at_once(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, DEVICES)
    async with two_nodes(db, vault) as nodes:
        asked = [nodes[n % 2].join(a_wish(1, dev_eui=numbered(n), at=n)) for n in range(DEVICES)]
        outcomes = await asyncio.gather(*asked)
    assert all(isinstance(one, Joined) for one in outcomes)
    assert await db.fetchval("SELECT count(*) FROM join_session") == DEVICES
    assert await db.fetchval("SELECT count(*) FROM end_device WHERE joined_epoch = epoch") == DEVICES


async def test_one_device_never_gets_a_join_nonce_twice(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, 1)
    async with two_nodes(db, vault) as nodes:
        outcomes = await asyncio.gather(*(nodes[n % 2].join(a_wish(n, at=n)) for n in range(12)))
    nonces = [int(unseal(one.frame, APP)[0].join_nonce) for one in outcomes if isinstance(one, Joined)]
    assert sorted(nonces) == list(range(1, 13))


async def test_a_join_that_fails_leaves_the_others_alone(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, 3)
    async with two_nodes(db, vault) as nodes:
        wishes = [a_wish(1), a_wish(1, dev_eui=numbered(99)), a_wish(1, dev_eui=numbered(2), key=bytes(16))]
        outcomes = await asyncio.gather(*(nodes[0].join(wish) for wish in wishes))
    assert isinstance(outcomes[0], Joined)
    assert outcomes[1:] == [Refused(Why.UNKNOWN_DEVICE), Refused(Why.WRONG_MIC)]


async def test_nonces_outlive_the_node(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, 1)
    for number in range(3):
        async with two_nodes(db, vault) as nodes:
            joined = await nodes[1].join(a_wish(number + 1))
            assert isinstance(joined, Joined)
            assert int(unseal(joined.frame, APP)[0].join_nonce) == number + 1
            assert await nodes[0].join(a_wish(number + 1)) == Refused(Why.REPLAYED)


async def test_a_device_that_asks_twice_at_once_is_answered_in_the_order_in_which_it_asked(
    db: Database, vault: Vault, maker: Caller
) -> None:
    await some_devices(db, vault, maker, 3)
    async with two_nodes(db, vault) as nodes:
        wishes = [a_wish(number, dev_eui=numbered(number % 3), at=number) for number in range(9)]
        outcomes = await asyncio.gather(*(nodes[0].join(wish) for wish in wishes))
    nonces = [int(unseal(one.frame, APP)[0].join_nonce) for one in outcomes if isinstance(one, Joined)]
    assert nonces == [1, 1, 1, 2, 2, 2, 3, 3, 3]


@pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # on SQLite a look and a note are one transaction
async def test_who_changed_hands_since_it_was_looked_at_does_not_join(
    db: Database, vault: Vault, maker: Caller
) -> None:
    await some_devices(db, vault, maker, 1)
    wish = a_wish(1)
    found = (await store.devices(db, [wish.key]))[0]
    assert found is not None
    decided = decide_join(vault, found, wish, OWN)
    assert not isinstance(decided, Refused)

    async def claimed(tx: Transaction) -> None:
        await tx.execute("UPDATE end_device SET epoch = epoch + 1")

    await db.transaction(claimed)
    assert await db.transaction(store.note, [decided[1]]) == set()
    assert await db.fetchval("SELECT count(*) FROM join_session") == 0


# ------------------------------------------------------------------ told


async def events_of_joins(db: Database) -> list[v3.Event]:
    rows = await db.fetch("SELECT body FROM event WHERE name = 'js.join.accept' ORDER BY id")
    return [v3.Event.FromString(bytes(row["body"])) for row in rows]


async def test_a_join_is_told_to_who_may_read_the_device_and_nothing_of_its_session(
    db: Database, vault: Vault, maker: Caller
) -> None:
    await some_devices(db, vault, maker, 1)
    async with two_nodes(db, vault) as (joins, _):
        joined, refused = await joins.join(a_wish(1)), await joins.join(a_wish(1, at=1))
        await joins.told()
    assert isinstance(joined, Joined)
    assert isinstance(refused, Refused)
    (event,) = await events_of_joins(db)
    device = event.identifiers[0].device_ids
    assert (device.device_id, device.dev_eui, device.application_ids.application_id) == (
        "sensor-0", numbered(0), "maker-app",
    )  # fmt: skip
    assert list(event.visibility.rights) == [v3.RIGHT_APPLICATION_DEVICES_READ]
    assert event.time.ToMicroseconds() == a_wish(1).now
    row = await db.fetchrow("SELECT end_device, epoch, entity_kind FROM event WHERE name = 'js.join.accept'")
    assert row is not None
    assert (row["entity_kind"], row["epoch"]) == ("application", 1)
    text = event.SerializeToString()
    for secret in (joined.session_key_id, joined.frame, *(bytes(key) for key in keys_of(joined))):
        assert secret not in text
    assert not event.HasField("data")


def keys_of(joined: Joined) -> list[AES128Key]:
    return list(joined.keys)


async def test_who_claims_a_device_right_after_its_join_is_told_nothing_of_it(
    db: Database, vault: Vault, maker: Caller
) -> None:
    await some_devices(db, vault, maker, 1)

    async def claimed(tx: Transaction) -> None:
        await tx.execute("UPDATE end_device SET epoch = epoch + 1")

    async with two_nodes(db, vault) as (joins, _):
        await joins.join(a_wish(1))
        await db.transaction(claimed)
        await joins.told()
    assert await events_of_joins(db) == []


async def test_of_very_many_joins_at_once_some_are_told(db: Database, vault: Vault, maker: Caller) -> None:
    await some_devices(db, vault, maker, 1)
    async with two_nodes(db, vault) as (joins, _):
        for at in range(MOST_TOLD + 5):
            joins._tell_later(a_wish(1, at=at))
        assert len(joins._joined) == MOST_TOLD
        await joins.told()
        assert isinstance(await joins.join(a_wish(2, at=900)), Joined)
        await joins.told()
    assert len(await events_of_joins(db)) == 1
