"""The claim dialect as a network meets it: its own words, our claim."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from claimstack.dialects.ttjs_v2.application import REFUSED
from claimstack.dialects.ttjs_v2.holding import MOST_KEKS
from claimstack.storage import Transaction
from tests.support.house import ADMIN_KEY as ADMIN
from tests.support.house import House, People
from tests.support.makers import CODE, JOIN_EUI, Network, a_device, new_dev_eui, open_application, set_code

REFUSAL = {"message": REFUSED}


@pytest.fixture(scope="module")
def application(house: House, people: People) -> str:
    return open_application(house, people.maker)


@pytest.fixture(scope="module")
def network(house: House) -> Network:
    return Network(house)


@pytest.fixture(scope="module")
def rival(house: House) -> Network:
    return Network(house, "000024")


@pytest.fixture
def device(house: House, people: People, application: str) -> tuple[str, str]:
    """DevEUI and id of a fresh device of the maker."""
    dev_eui = new_dev_eui()
    return dev_eui, a_device(house, people.maker, application, dev_eui)


def devices(house: House, people: People, application: str) -> dict[str, str]:
    """The maker's devices: id by DevEUI."""
    path = f"/applications/{application}/devices?limit=1000"
    found = house.ok("GET", path, token=people.maker.key).get("end_devices", [])
    return {one["ids"]["dev_eui"]: one["ids"]["device_id"] for one in found}


def audit_of(house: House, people: People, application: str, dev_eui: str) -> list[str]:
    """Why attempts at a device were refused, newest first."""
    answer = house.http.get(
        f"/api/claimstack/v1/applications/{application}/audit?dev_eui={dev_eui}",
        headers={"authorization": f"Bearer {people.maker.key}"},
    )
    return [row.get("reason", "") for row in answer.json().get("rows", [])]


# ------------------------------------------------------------------ claim


def test_a_claim_there_is_our_claim(
    house: House, people: People, application: str, network: Network, device: tuple[str, str]
) -> None:
    answer = network.claim(device[0])
    assert (answer.status_code, answer.content) == (201, b"")
    assert device[0] not in devices(house, people, application)
    ledger = house.run(house.node.db.fetchrow(
        "SELECT claimer, target_application_uid FROM claim_ledger WHERE dev_eui = $1", bytes.fromhex(device[0])
    ))  # fmt: skip
    assert ledger is not None
    assert ledger["claimer"].split(":")[2] == network.peer_id
    assert ledger["target_application_uid"] == f"peer-{network.peer_id}"


def test_its_status_tells_where_it_is_at_home(network: Network, device: tuple[str, str]) -> None:
    assert network.status(device[0]).status_code == 404
    network.claim(device[0], homeNetID="000013")
    answer = network.status(device[0])
    assert (answer.status_code, answer.json()) == (200, {"homeNetID": "000013", "locked": True})


def test_a_slash_too_many_and_small_letters_do_no_harm(network: Network, device: tuple[str, str]) -> None:
    body = {"ownerToken": CODE, "homeNetID": "000013", "asID": "", "lock": True}
    assert network.call("PUT", f"//api/v2/devices/{device[0].lower()}/claim", body).status_code == 201


def test_the_same_network_may_ask_again_with_the_right_token_alone(network: Network, device: tuple[str, str]) -> None:
    assert network.claim(device[0]).status_code == 201
    assert network.claim(device[0]).status_code == 201
    answer = network.claim(device[0], "WRONG")
    assert (answer.status_code, answer.json()) == (403, REFUSAL)


def test_a_locked_claim_is_nobody_elses_even_with_the_token(
    network: Network, rival: Network, device: tuple[str, str]
) -> None:
    network.claim(device[0])
    answer = rival.claim(device[0])
    assert (answer.status_code, answer.json()) == (403, REFUSAL)
    assert network.status(device[0]).status_code == 200
    assert rival.status(device[0]).status_code == 404


def test_a_claim_that_is_not_locked_can_be_taken_over(
    network: Network, rival: Network, device: tuple[str, str]
) -> None:
    assert network.claim(device[0], lock=False).status_code == 201
    assert network.status(device[0]).json()["locked"] is False
    assert rival.claim(device[0]).status_code == 201
    assert network.status(device[0]).status_code == 404
    assert rival.status(device[0]).json() == {"homeNetID": "000024", "locked": True}


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "WRONG"},
        {"code": ""},
        {"homeNetID": "000042"},
        {"asID": "as.somebody.else"},
    ],
    ids=["wrong", "empty", "net-id", "as-id"],
)
def test_every_refusal_reads_the_same(network: Network, device: tuple[str, str], changes: dict[str, Any]) -> None:
    answer = network.claim(device[0], **changes)
    assert (answer.status_code, answer.json()) == (403, REFUSAL)
    unknown = network.claim(new_dev_eui())
    assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content)


def test_a_dev_eui_that_two_devices_have_is_refused_and_both_owners_can_read_why(
    house: House, people: People, application: str, device: tuple[str, str], network: Network
) -> None:
    a_device(house, people.maker, application, device[0], join_eui="EC656E0000000002")
    answer = network.claim(device[0])
    assert (answer.status_code, answer.json()) == (403, REFUSAL)
    assert audit_of(house, people, application, device[0]) == ["dev_eui_not_unique", "dev_eui_not_unique"]


def test_the_maker_reads_who_tried_and_why_not(
    house: House, people: People, application: str, device: tuple[str, str], network: Network
) -> None:
    network.claim(device[0], "WRONG")
    network.claim(device[0], homeNetID="000042")
    assert audit_of(house, people, application, device[0]) == ["home_network_of_another", "wrong_code"]


def test_guessing_ends(house: House, device: tuple[str, str]) -> None:
    guesser = Network(house, "000077")
    statuses = [guesser.claim(device[0], f"GUESS{number}").status_code for number in range(11)]
    assert statuses == [403] * 10 + [429]
    assert guesser.claim(device[0]).status_code == 429


def test_guessing_at_a_dev_eui_of_two_devices_ends_too(
    house: House, people: People, application: str, device: tuple[str, str]
) -> None:
    a_device(house, people.maker, application, device[0], join_eui="EC656E0000000003")
    guesser = Network(house, "000078")
    assert [guesser.claim(device[0]).status_code for _ in range(11)] == [403] * 10 + [429]


def test_a_kek_is_kept_by_its_label(house: House, network: Network, device: tuple[str, str]) -> None:
    kek = {"label": "as/key", "key": "0F" * 16}
    assert network.claim(device[0], kek=kek).status_code == 201
    answer = house.http.get(f"/api/claimstack/v1/peers/{network.peer_id}", headers={"authorization": f"Bearer {ADMIN}"})
    assert {"label": "as/key", "bits": 128} in answer.json()["keks"]


def test_a_network_brings_as_many_keks_as_an_admin_may_give_and_may_replace_each(
    house: House, people: People, application: str, device: tuple[str, str]
) -> None:
    keks = [{"label": f"kek-{n}", "key": "AAAAAAAAAAAAAAAAAAAAAA=="} for n in range(MOST_KEKS)]
    network = Network(house, "0000A1", keks=keks)
    answer = network.claim(device[0], kek={"label": "one-more", "key": "0F" * 16}, homeNetID="0000A1")
    assert (answer.status_code, answer.json()) == (403, REFUSAL)
    assert audit_of(house, people, application, device[0])[0] == "too_many_keks"
    assert network.claim(device[0], kek={"label": "kek-7", "key": "0F" * 32}, homeNetID="0000A1").status_code == 201
    peer = house.http.get(f"/api/claimstack/v1/peers/{network.peer_id}", headers={"authorization": f"Bearer {ADMIN}"})
    assert len(peer.json()["keks"]) == MOST_KEKS
    assert {"label": "kek-7", "bits": 256} in peer.json()["keks"]


def test_of_two_networks_at_once_one_has_the_device(
    house: House, people: People, application: str, network: Network, rival: Network
) -> None:
    for _ in range(10):
        dev_eui = new_dev_eui()
        a_device(house, people.maker, application, dev_eui)
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(one.claim, dev_eui) for one in (network, rival) * 4]
        statuses = sorted({(one.result().status_code) for one in sent})
        assert statuses == [201, 403]
        held = [one.status(dev_eui).status_code for one in (network, rival)]
        assert sorted(held) == [200, 404]


def test_first_claims_of_a_network_at_once_make_one_application(house: House, people: People, application: str) -> None:
    new, euis = Network(house, "000099"), [new_dev_eui() for _ in range(6)]
    for dev_eui in euis:
        a_device(house, people.maker, application, dev_eui)
    with ThreadPoolExecutor(6) as pool:
        statuses = [answer.status_code for answer in pool.map(new.claim, euis)]
    assert statuses == [201] * 6
    made = house.run(
        house.node.db.fetchval("SELECT count(*) FROM application WHERE uid LIKE $1", f"peer-{new.peer_id}%")
    )
    assert made == 1


def test_a_network_that_fails_often_at_many_devices_may_still_claim(
    house: House, people: People, application: str
) -> None:
    busy, good = Network(house, "000079"), new_dev_eui()
    a_device(house, people.maker, application, good)
    for _ in range(35):
        assert busy.claim(new_dev_eui()).status_code == 403
    assert busy.claim(good).status_code == 201


def test_a_network_whose_application_was_deleted_gets_another(
    house: House, people: People, application: str, device: tuple[str, str]
) -> None:
    new, first = Network(house, "00009A"), new_dev_eui()
    a_device(house, people.maker, application, first)
    assert new.claim(first).status_code == 201
    uid = f"peer-{new.peer_id}"
    behind(house, "UPDATE application SET deleted_at = $2, updated_at = updated_at + 1 WHERE uid = $1", uid, 1)
    assert new.claim(device[0]).status_code == 201
    assert new.status(first).status_code == 404
    held = "SELECT a.uid FROM end_device d JOIN application a ON a.id = d.application WHERE d.dev_eui = $1"
    assert house.run(house.node.db.fetchval(held, bytes.fromhex(device[0]))) == f"{uid}-2"


def behind(house: House, sql: str, *args: object) -> None:
    """Change something behind everybody's back."""

    async def verb(tx: Transaction) -> None:
        await tx.execute(sql, *args)

    house.run(house.node.db.transaction(verb))


# ------------------------------------------------------------------ unclaim


def test_of_two_devices_with_one_dev_eui_none_is_given_up_or_told_of(
    house: House, people: People, application: str, network: Network, device: tuple[str, str]
) -> None:
    assert network.claim(device[0]).status_code == 201
    a_device(house, people.maker, application, device[0], join_eui="EC656E0000000004")
    theirs = "(SELECT id FROM application WHERE uid = $2)"
    dev_eui = bytes.fromhex(device[0])
    behind(
        house, f"UPDATE end_device SET application = {theirs} WHERE dev_eui = $1", dev_eui, f"peer-{network.peer_id}"
    )
    assert network.status(device[0]).status_code == 404
    assert network.unclaim(device[0]).status_code == 404
    assert device[0] not in devices(house, people, application)


def test_an_unclaim_brings_the_device_back_to_its_maker_without_a_code(
    house: House, people: People, application: str, network: Network, device: tuple[str, str]
) -> None:
    network.claim(device[0])
    answer = network.unclaim(device[0])
    assert (answer.status_code, answer.content) == (200, b"")
    assert devices(house, people, application)[device[0]] == device[1]
    path = f"/applications/{application}/devices/{device[1]}?field_mask=claim_authentication_code"
    assert "claim_authentication_code" not in house.ok("GET", path, token=people.maker.key)
    assert network.unclaim(device[0]).status_code == 404
    assert network.claim(device[0]).json() == REFUSAL


def test_with_a_new_code_it_can_be_sold_again(
    house: House, people: People, application: str, network: Network, rival: Network, device: tuple[str, str]
) -> None:
    network.claim(device[0])
    network.unclaim(device[0])
    set_code(house, people.maker, application, device[1], "NEXT2345")
    assert rival.claim(device[0], "NEXT2345").status_code == 201


def test_what_is_another_networks_is_not_there(network: Network, rival: Network, device: tuple[str, str]) -> None:
    network.claim(device[0])
    assert rival.unclaim(device[0]).status_code == 404
    assert network.status(device[0]).status_code == 200


def test_a_batch_gives_up_what_it_can_and_names_the_rest(
    house: House, people: People, application: str, network: Network
) -> None:
    euis = [new_dev_eui() for _ in range(3)]
    for dev_eui in euis:
        a_device(house, people.maker, application, dev_eui)
    for dev_eui in euis[:2]:
        network.claim(dev_eui)
    answer = network.call("DELETE", f"/api/v2/devices/{','.join(euis)}/claims")
    assert answer.status_code == 400
    assert answer.json() == {euis[2]: {"message": "device is not claimed"}}
    assert set(euis) <= set(devices(house, people, application))


def test_a_batch_of_none_but_good_ones_has_no_body(
    house: House, people: People, application: str, network: Network
) -> None:
    euis = [new_dev_eui() for _ in range(2)]
    for dev_eui in euis:
        a_device(house, people.maker, application, dev_eui)
        network.claim(dev_eui)
    answer = network.call("DELETE", f"/api/v2/devices/{'%2C'.join(euis)}/claims")
    assert (answer.status_code, answer.content) == (204, b"")


# ------------------------------------------------------------------ version 1


def test_version_1_is_understood(
    house: House, people: People, application: str, network: Network, device: tuple[str, str]
) -> None:
    vendor = {"oui": "EC656E", "data": {"TTSV3": {"HTenantID": "tenant", "HNSAddress": "ns.example"}}}
    body = {"homeNetID": "000013", "homeNSID": "", "vendorSpecific": vendor, "ownerToken": CODE, "locked": True}
    path = f"/v1/claim/{device[0]}"
    assert network.call("POST", path, body).status_code == 201
    assert network.call("GET", path).json()["locked"] is True
    assert network.call("DELETE", path).status_code == 200
    assert device[0] in devices(house, people, application)


# ------------------------------------------------------------------ bad input


def test_nobody_known_is_told_so(house: House, network: Network, device: tuple[str, str]) -> None:
    path = f"/api/v2/devices/{device[0]}/claim"
    for headers in ({}, {"authorization": "Basic bm9ib2R5OmE="}, {"authorization": f"Bearer {ADMIN}"}):
        assert house.http.put(path, json={}, headers=headers).status_code == 401


BODIES = [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}" * 3, b"[" * 10_000, b'{"ownerToken": 1}',
    b'{"ownerToken": "A", "homeNetID": "13"}', b'{"ownerToken": "A", "homeNetID": null}',
    b'{"ownerToken": "A\\u0000", "homeNetID": "000013"}', b'{"ownerToken": ["A"], "homeNetID": "000013"}',
    b'{"ownerToken": "A", "homeNetID": "000013", "homeNSID": "12"}',
    b'{"ownerToken": "A", "homeNetID": "000013", "asID": {}}',
    b'{"ownerToken": "A", "homeNetID": "000013", "lock": "yes"}',
    b'{"ownerToken": "A", "homeNetID": "000013", "kek": 5}',
    b'{"ownerToken": "A", "homeNetID": "000013", "kek": {"label": "x", "key": "00"}}',
    b'{"ownerToken": "A", "homeNetID": "000013", "kek": {"label": "x", "key": "zz"}}',
    b'{"ownerToken": "' + b"A" * 3000 + b'", "homeNetID": "000013"}',
    b'{"ownerToken": "' + b"A" * 20_000 + b'", "homeNetID": "000013"}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_claim_is_a_bad_request(
    house: House, network: Network, device: tuple[str, str], body: bytes
) -> None:
    headers = {"authorization": network.header, "content-type": "application/json"}
    answer = house.http.put(f"/api/v2/devices/{device[0]}/claim", content=body, headers=headers)
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/api/v2/devices/0004A30B/claim", 400),
        ("GET", "/api/v2/devices/0004A30B001C05FG/claim", 400),
        ("DELETE", "/api/v2/devices/%00%00/claim", 400),
        ("GET", "/api/v2/devices/%ff%fe/claim", 400),
        ("GET", "/api/v2/devices/" + "A" * 5000 + "/claim", 400),
        ("DELETE", "/api/v2/devices/,/claims", 400),
        ("DELETE", "/api/v2/devices/" + ",".join(["0004A30B001C05FF"] * 101) + "/claims", 400),
        ("POST", "/api/v2/devices/0004A30B001C05FF/claim", 405),
        ("GET", "/api/v2/devices/0004A30B001C05FF/claims", 405),
        ("PUT", "/v1/claim/0004A30B001C05FF", 405),
        ("GET", "/api/v2/devices/", 404),
        ("GET", "/api/v2/devices/0004A30B001C05FF", 404),
        ("GET", "/api/v2/devices/0004A30B001C05FF/claim/more", 404),
    ],
)
def test_paths_that_mean_nothing_are_told_apart_from_errors(
    network: Network, method: str, path: str, status: int
) -> None:
    assert network.call(method, path).status_code == status


def test_a_token_in_any_letters_is_only_a_wrong_one(network: Network, device: tuple[str, str]) -> None:
    for code in ("ümlaut", "💥", "A" * 2000, "'; DROP TABLE end_device; --"):
        assert network.claim(device[0], code).json() == REFUSAL


def test_the_join_eui_of_the_maker_is_kept(
    house: House, people: People, application: str, network: Network, device: tuple[str, str]
) -> None:
    network.claim(device[0])
    network.unclaim(device[0])
    path = f"/applications/{application}/devices/{device[1]}"
    assert house.ok("GET", path, token=people.maker.key)["ids"]["join_eui"] == JOIN_EUI
