"""The rules of accounts."""

import pytest

from claimstack.accounts import AccountPolicy, check_password
from claimstack.accounts.policy import COMMONEST
from claimstack.errors import Invalid, PermissionDenied
from claimstack.vault import Secret
from claimstack.wire import v3


@pytest.mark.parametrize(
    ("registration", "by_admin", "invited", "state"),
    [
        ("open", False, False, v3.STATE_APPROVED),
        ("invitation", False, True, v3.STATE_APPROVED),
        ("approval", False, False, v3.STATE_REQUESTED),
        ("approval", False, True, v3.STATE_REQUESTED),
        ("closed", True, False, v3.STATE_APPROVED),
        ("approval", True, False, v3.STATE_APPROVED),
        ("invitation", True, False, v3.STATE_APPROVED),
    ],
)
def test_the_registration_mode_decides_the_state(registration: str, by_admin: bool, invited: bool, state: int) -> None:
    assert AccountPolicy(registration).state_of_new_user(by_admin=by_admin, invited=invited) == state


@pytest.mark.parametrize("invited", [True, False])
def test_in_a_closed_house_only_admins_make_users(invited: bool) -> None:
    with pytest.raises(PermissionDenied, match="user_registration_disabled"):
        AccountPolicy("closed").state_of_new_user(by_admin=False, invited=invited)


def test_without_a_word_an_invitation_is_needed() -> None:
    with pytest.raises(Invalid, match="invitation_token_required"):
        AccountPolicy().state_of_new_user(by_admin=False, invited=False)


@pytest.mark.parametrize("password", ["correct horse", "ABCD1234", "пароль-длинный", "x" * 998 + "yz"])
def test_a_password_need_only_be_long_and_not_the_first_guess(password: str) -> None:
    check_password(password, "maker", "maker@example.com")


@pytest.mark.parametrize(
    "password",
    ["", "short12", "x" * 1001, "aaaaaaaaaa", "Password", "maker@example.com", "long-maker-id", "LONG-MAKER-ID"],
)
def test_other_passwords_are_refused_with_a_reason_that_does_not_repeat_them(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, "long-maker-id", "maker@example.com")
    assert refusal.value.name == "password_strength"
    assert not password or password not in str(refusal.value)


def test_the_commonest_are_long_enough_to_matter() -> None:
    assert all(len(password) >= 8 and password == password.lower() for password in COMMONEST)


def test_links_carry_their_token_where_no_server_sees_it() -> None:
    policy = AccountPolicy(public_url="https://claims.example")
    for link in (policy.invitation_link(Secret(b"1.SECRET")), policy.login_link(Secret(b"1.SECRET"))):
        before, _, after = link.partition("#")
        assert before.startswith("https://claims.example/oauth/")
        assert "SECRET" not in before
        assert "SECRET" in after


@pytest.mark.parametrize("registration", ["open", "invitation", "approval", "closed"])
def test_clients_are_told_what_holds(registration: str) -> None:
    told = AccountPolicy(registration).configuration().user_registration
    assert told.enabled == (registration != "closed")
    assert told.invitation.required.value == (registration == "invitation")
    assert told.admin_approval.required.value == (registration == "approval")
    assert told.password_requirements.min_length.value == 8
