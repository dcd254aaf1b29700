"""Applications, organizations and users at the terminal, against a running server."""

import json

import pytest

from tests.cli.person_at_terminal import Terminal
from tests.support.house import People, fresh

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True, scope="module")


def test_an_application_from_birth_to_purge(maker: Terminal, admin: Terminal, people: People) -> None:
    app = fresh("life-app")
    made = maker.gets("app", "add", app, "--user-id", people.maker.uid, "--name", "One", "--attributes", "kind-of=x")
    assert (made["name"], made["attributes"], made["network_server_address"]) == ("One", {"kind-of": "x"}, "localhost")
    assert maker.gets("applications", "set", app, "--name", "Two", "--unset", "attributes")["name"] == "Two"
    shown = maker.gets("applications", "get", "--application-id", app, "--name", "--attributes")
    assert (shown["name"], "attributes" in shown) == ("Two", False)
    assert app in maker.does("applications", "ls", "--order", "-created_at")
    assert app in maker.does("applications", "search", "--id-contains", app)
    assert "RIGHT_APPLICATION_INFO" in maker.gets("applications", "rights", app)["rights"]
    maker.does("applications", "rm", app)
    assert app in maker.does("applications", "list", "--deleted")
    maker.does("applications", "restore", app)
    assert "confirmation" in admin.fails("applications", "purge", app)
    admin.does("applications", "purge", app, "--force")
    assert "not found" in admin.fails("applications", "get", app)


def test_objects_on_the_input_are_made_one_by_one_until_one_fails(maker: Terminal, people: People) -> None:
    first, second = fresh("bulk-app"), fresh("bulk-app")
    objects = [{"ids": {"application_id": i}, "name": "from input"} for i in (first, first, second)]
    said = maker.run("applications", "create", "--user-id", people.maker.uid, given=json.dumps(objects))
    assert said.status == 255
    assert "id_taken" in said.err
    assert json.loads(said.out)["ids"]["application_id"] == first
    assert "no rights" in maker.fails("applications", "get", second)


def test_flags_go_over_what_the_input_says(maker: Terminal, people: People) -> None:
    app = fresh("over-app")
    words = ["applications", "create", app, "--user-id", people.maker.uid, "--name", "flag"]
    assert maker.gets(*words, given='{"name": "input", "description": "kept"}')["name"] == "flag"
    assert maker.gets("applications", "get", app, "--description")["description"] == "kept"


def test_who_shall_own_it_must_be_said(maker: Terminal) -> None:
    assert "error:cli:no_collaborator" in maker.fails("applications", "create", fresh("app"))


def test_setting_nothing_is_a_warning(maker: Terminal, maker_app: str) -> None:
    said = maker.run("applications", "set", maker_app)
    assert (said.status, said.out) == (0, "")
    assert "nothing to set" in said.err


def test_pages_tell_that_there_is_more(maker: Terminal, people: People) -> None:
    for _ in range(2):
        maker.does("applications", "create", fresh("page-app"), "--user-id", people.maker.uid)
    said = maker.run("applications", "list", "--limit", "1", "--page", "1")
    assert len(json.loads(said.out)) == 1
    assert "--page 2" in said.err


def test_api_keys_of_an_application(maker: Terminal, maker_app: str) -> None:
    keys = ["applications", "api-keys"]
    said = maker.run(*keys, "create", maker_app, "--name", "k", "--right-application-info")
    key = json.loads(said.out)
    assert key["key"].startswith("NNSXS.")
    assert key["key"] not in said.err
    maker.does(*keys, "set", maker_app, key["id"], "--right-application-link")
    shown = maker.gets(*keys, "get", maker_app, key["id"])
    assert (shown["rights"], shown["name"], "key" in shown) == (["RIGHT_APPLICATION_LINK"], "k", False)
    assert key["id"] in maker.does(*keys, "list", maker_app)
    maker.does(*keys, "delete", maker_app, key["id"])
    assert "api_key_not_found" in maker.fails(*keys, "get", maker_app, key["id"])


@pytest.mark.parametrize(
    ("expiry", "name"),
    [("2020-01-02T15:04:05Z", "expiry_date_invalid"), ("2030-01-02:15:04", "expiry_date_format_invalid")],
)
def test_an_expiry_that_is_past_or_no_time_is_refused_here(
    maker: Terminal, maker_app: str, expiry: str, name: str
) -> None:
    words = ["applications", "api-keys", "create", maker_app, "--right-application-info", "--api-key-expiry", expiry]
    assert f"error:cli:{name}" in maker.fails(*words)


def test_collaborators_come_and_go(maker: Terminal, maker_app: str, people: People) -> None:
    group, who = ["applications", "collaborators"], [maker_app, "--user-id", people.owner.uid]
    maker.does(*group, "set", *who, "--right-application-info")
    assert maker.gets(*group, "get", *who)["rights"] == ["RIGHT_APPLICATION_INFO"]
    assert people.owner.uid in maker.does(*group, "list", maker_app)
    maker.does(*group, "delete", *who)
    assert people.owner.uid not in maker.does(*group, "list", maker_app)
    assert "no_collaborator" in maker.fails(*group, "get", maker_app)


def test_an_organization_owns_applications(maker: Terminal, people: People) -> None:
    org, app = fresh("org"), fresh("org-app")
    maker.does("organizations", "create", org, "--user-id", people.maker.uid, "--name", "We")
    maker.does("applications", "create", app, "--organization-id", org)
    assert app in maker.does("applications", "list", "--organization-id", org)
    members = ["organizations", "members"]
    maker.does(*members, "set", org, "--user-id", people.owner.uid, "--right-organization-info")
    assert people.owner.uid in maker.does(*members, "list", org)


def test_activation_settings_are_set_shown_and_removed(maker: Terminal, maker_app: str) -> None:
    group = ["applications", "activation-settings"]
    maker.does(*group, "set", maker_app, "--home-net-id", "000013", "--application-server-id", "as.example.com")
    said = maker.run(*group, "get", maker_app)
    assert json.loads(said.out) == {"home_net_id": "000013", "application_server_id": "as.example.com"}
    assert "showing all" in said.err
    maker.does(*group, "delete", maker_app)
    maker.fails(*group, "get", maker_app)


def test_a_user_is_made_changed_and_found(admin: Terminal) -> None:
    uid = fresh("user")
    words = ["users", "create", uid, "--password", "a password of some length", "--name", "New"]
    assert admin.gets(*words, "--primary-email-address", f"{uid}@example.com")["name"] == "New"
    assert admin.gets("users", "set", uid, "--state", "SUSPENDED")["state"] == "STATE_SUSPENDED"
    found = admin.gets("users", "search", "--id-contains", uid, "--state", "SUSPENDED")
    assert [user["ids"]["user_id"] for user in found] == [uid]


def test_a_password_is_asked_for_only_at_a_terminal(admin: Terminal) -> None:
    words = ["users", "create", fresh("user"), "--primary-email-address", "x@example.com"]
    assert "error:cli:no_password" in admin.fails(*words)


def test_a_password_is_changed_without_a_login(nobody: Terminal, people: People) -> None:
    words = ["users", "update-password", people.stranger.uid, "--revoke-all-access=false"]
    nobody.does(*words, "--old", people.stranger.password, "--new", "another password 1")
    assert "incorrect_password" in nobody.fails(*words, "--old", "wrong password", "--new", "another password 2")
    nobody.does(*words, "--old", "another password 1", "--new", people.stranger.password)


def test_invitations_are_sent_listed_and_taken_back(admin: Terminal) -> None:
    email = f"{fresh('invited')}@example.com"
    assert admin.gets("users", "invitations", "create", email)["email"] == email
    assert email in admin.does("users", "invitations", "list", "--limit", "1000")
    admin.does("users", "invitations", "delete", email)


def test_sessions_are_listed_and_ended(maker: Terminal, people: People) -> None:
    ids = [s["session_id"] for s in maker.gets("users", "sessions", "list", people.maker.uid)]
    maker.does("users", "sessions", "delete", people.maker.uid, ids[0])
    assert len(maker.gets("users", "sessions", "list", people.maker.uid)) == len(ids) - 1


def test_oauth_lists_are_empty_for_who_never_logged_in_so(maker: Terminal, people: People) -> None:
    assert maker.gets("users", "oauth", "authorizations", "list", people.maker.uid) == []
    assert maker.gets("users", "oauth", "tokens", "list", people.maker.uid, "cli") == []


def test_who_am_i(maker: Terminal) -> None:
    assert "RIGHT_ALL" in str(maker.gets("auth-info")["api_key"])


def test_without_a_login_nothing_is_asked(nobody: Terminal) -> None:
    said = nobody.fails("applications", "list")
    assert "error:cli:unauthenticated" in said
    assert "claimstack login" in said


def test_a_login_is_not_sent_to_a_host_it_was_not_made_for(maker: Terminal) -> None:
    maker.environ["TTN_LW_HTTP_ADDRESS"] = "elsewhere.example.com:1885"
    assert "error:cli:unknown_host" in maker.fails("applications", "list")


def test_a_dumped_request_keeps_its_secret(nobody: Terminal, people: People) -> None:
    words = ["users", "update-password", people.stranger.uid, "--old", "SECRETOLD", "--new", "SECRETNEW"]
    said = nobody.run(*words, "--dump-requests", "--log.level", "debug")
    assert "UserRegistry/UpdatePassword" in said.err
    assert "SECRET" not in said.err
