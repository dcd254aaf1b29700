"""The fixed client."""

from claimstack.identity import ALL_RIGHTS
from claimstack.oauth.client import CLI, client, location


def test_the_command_line_is_the_one_client_and_may_do_what_its_person_may() -> None:
    assert client("cli") == CLI
    assert [client(name) for name in ("", "CLI", "cli ", "console")] == [None] * 4
    assert CLI.rights == ALL_RIGHTS


def test_its_redirect_uris_are_below_the_mount() -> None:
    assert [location(uri) for uri in CLI.redirect_uris] == ["/oauth/local-callback", "/oauth/code"]
