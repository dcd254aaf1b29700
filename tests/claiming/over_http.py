"""Claimers as strangers to the process: each a user of its own with an API key, asking over HTTP."""

import orjson

from bench.load import request
from claimstack.identity import Right
from claimstack.identity.rights import ALL_RIGHTS
from tests.claiming.world import CODE, JOIN_EUI, World
from tests.support.people import a_key, a_user, grant, text_of

RIGHTS = Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_WRITE_KEYS


async def a_claimer(world: World, number: int, target: int) -> str:
    """A new user who may claim into that application (surrogate); its API key."""
    person = await a_user(world.db, f"claimer-{number}")
    await grant(world.db, "application", target, person, *RIGHTS)
    return text_of(await a_key(world.db, world.vault, "user", person.entity, ALL_RIGHTS))


def claim_request(dev_eui: bytes, key: str, application: str, code: str = CODE) -> bytes:
    """One claim, as the bytes of an HTTP request."""
    euis = {"join_eui": JOIN_EUI.hex(), "dev_eui": dev_eui.hex(), "authentication_code": code}
    body = {
        "authenticated_identifiers": euis,
        "target_application_ids": {"application_id": application},
        "invalidate_authentication_code": True,
    }
    return request("POST", "/api/v3/edcs/claim", f"Bearer {key}", orjson.dumps(body))
