"""Passwords are Argon2id, and an unknown user costs the same."""

from claimstack.vault import Secret, hash_password, password_matches


async def test_a_password_matches_its_own_hash_only() -> None:
    stored = await hash_password(Secret(b"correct horse"))
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await password_matches(Secret(b"correct horse"), stored)
    assert not await password_matches(Secret(b"battery staple"), stored)


async def test_nobody_has_no_password_not_even_the_dummy() -> None:
    assert not await password_matches(Secret(b"nobody has this password"), None)


async def test_a_broken_hash_matches_nothing() -> None:
    assert not await password_matches(Secret(b"x"), "not a hash")
