"""Passwords: Argon2id (RFC 9106), checked away from the event loop: one check takes tens of milliseconds."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from claimstack.vault.secret import Secret

# OWASP's smaller recommendation (19 MiB, 2 passes); two at a time bound memory and CPU under a flood of guesses.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODY = _HASHER.hash("nobody has this password")


async def hash_password(password: Secret) -> str:
    """The Argon2id hash, in PHC text form."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _HASHER.hash, password.reveal())


async def password_matches(password: Secret, stored: str | None) -> bool:
    """Whether the password has this hash; an unknown user (None) costs the same work."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _verify, password, stored)


def _verify(password: Secret, stored: str | None) -> bool:
    try:
        _HASHER.verify(stored or _NOBODY, password.reveal())
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None
