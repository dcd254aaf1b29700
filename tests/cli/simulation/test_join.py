"""`simulate join`: a newcomer sees a device join, and why it does not."""

import pytest

from tests.cli.person_at_terminal import Terminal
from tests.support.house import House, People, fresh

EUIS = ["--join-eui", "70B3D57ED0000000", "--with-root-keys"]
KNOWN = ["--username", "trial", "--password", "secret"]


@pytest.fixture
def network(admin: Terminal) -> list[str]:
    """A registered network, as the flags that it is known by; its NetID is that of the cluster."""
    user = fresh("trial")
    words = ["--net-ids", "000000", "--username", user, "--password", "secret", "--app-s-key", "clear"]
    admin.does("peers", "create", user, *words)
    return ["--username", user, "--password", "secret"]


def registered(maker: Terminal, application: str, version: str, eui: str) -> str:
    device = fresh("sensor")
    alone = ["--network-server-enabled=false", "--application-server-enabled=false", "--lorawan-version", version]
    maker.does("end-devices", "create", application, device, "--dev-eui", eui, *EUIS, *alone)
    return device


@pytest.mark.parametrize(("version", "names"), [("1.0.3", ["NwkSKey"]), ("1.0.4", ["NwkSKey"]),
                                                ("1.1", ["FNwkSIntKey", "SNwkSIntKey", "NwkSEncKey"])])  # fmt: skip
def test_a_device_on_the_join_server_only_joins(
    maker: Terminal, maker_app: str, network: list[str], version: str, names: list[str]
) -> None:
    eui = f"0004A31000{'13' if version == '1.0.3' else '14' if version == '1.0.4' else '11'}{fresh('0')[2:]:0>4}"
    device = registered(maker, maker_app, version, eui)
    out = maker.does("simulate", "join", maker_app, device, "--lorawan-version", version, *network)
    for name in [*names, "AppSKey"]:
        line = next(line for line in out.splitlines() if line.strip().startswith(name))
        assert line.endswith("the network has the same")
    assert out.endswith("Joined.\n")
    assert "JoinNonce 1 " in out
    assert "JoinNonce 2 " in maker.does("simulate", "join", maker_app, device, "--lorawan-version", version, *network)


def test_a_dev_nonce_that_was_used_is_refused_with_the_reason(
    maker: Terminal, maker_app: str, network: list[str]
) -> None:
    device = registered(maker, maker_app, "1.0.3", "0004A310001F0001")
    maker.does("simulate", "join", maker_app, device, "--dev-nonce", "7", *network)
    said = maker.fails("simulate", "join", maker_app, device, "--dev-nonce", "7", *network)
    assert "JoinReqFailed: the DevNonce or RJcount was used before" in said


def test_an_unknown_network_is_told_how_to_be_known(maker: Terminal, maker_app: str) -> None:
    device = registered(maker, maker_app, "1.0.3", "0004A310001F0002")
    said = maker.fails("simulate", "join", maker_app, device, *KNOWN)
    assert "UnknownSender" in said
    assert "claimstack peers create" in said


def test_who_may_not_read_keys_may_not_act_the_device(
    house: House, people: People, maker: Terminal, maker_app: str, network: list[str]
) -> None:
    device = registered(maker, maker_app, "1.0.3", "0004A310001F0003")
    key = house.application_key(maker_app, people.maker.key, "RIGHT_APPLICATION_DEVICES_READ")
    maker.does("login", "--api-key", key)
    said = maker.fails("simulate", "join", maker_app, device, *network)
    assert "insufficient_application_rights" in said
