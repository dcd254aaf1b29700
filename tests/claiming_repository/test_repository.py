"""A claim at another cluster, its return, and every way in which it can get stuck: no orphan on either side."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.claiming_repository.conftest import BY_API, BY_NETWORK, Two
from tests.support.makers import CODE, a_device, new_dev_eui

BOTH = pytest.mark.parametrize("join_eui", [BY_NETWORK, BY_API], ids=["ttjsv2", "claimstack"])
PATIENCE_SECONDS = 15
PAUSE = threading.Event()


@pytest.fixture(autouse=True)
def open_line(two: Two) -> Iterator[None]:
    """Each test begins with a line that carries."""
    two.line.mode = "open"
    yield
    two.line.mode = "open"


class Sale:
    """One device of the far maker, as the near owner claims it."""

    def __init__(self, two: Two, join_eui: str) -> None:
        self.two, self.join_eui, self.dev_eui = two, join_eui, new_dev_eui()
        self.far_id = a_device(two.far, two.makers.maker, two.maker_app, self.dev_eui, join_eui=join_eui)
        self.near_id = f"eui-{self.dev_eui.lower()}"

    def claim(self, code: str = CODE, by: str = "", app: str = "", **more: Any) -> httpx.Response:
        ids = {"join_eui": self.join_eui, "dev_eui": self.dev_eui, "authentication_code": code}
        body = {
            "authenticated_identifiers": ids,
            "target_application_ids": {"application_id": app or self.two.owner_app},
            "invalidate_authentication_code": True,
            **more,
        }
        return self.two.near.api("POST", "/edcs/claim", body, by or self.two.owners.owner.key)

    def unclaim(self, uid: str = "") -> httpx.Response:
        path = f"/edcs/claim/{self.two.owner_app}/devices/{uid or self.near_id}"
        return self.two.near.api("DELETE", path, token=self.two.owners.owner.key)

    def status(self) -> httpx.Response:
        path = f"/edcs/claim/{self.two.owner_app}/devices/{self.near_id}"
        return self.two.near.api("GET", path, token=self.two.owners.owner.key)

    def delete_near(self) -> None:
        path = f"/applications/{self.two.owner_app}/devices/{self.near_id}"
        self.two.near.ok("DELETE", path, token=self.two.owners.owner.key)

    @property
    def at_maker(self) -> bool:
        """Whether the maker has the device."""
        path = f"/applications/{self.two.maker_app}/devices/{self.far_id}"
        return self.two.far.api("GET", path, token=self.two.makers.maker.key).status_code == 200

    @property
    def here(self) -> bool:
        """Whether the owner has the device."""
        path = f"/applications/{self.two.owner_app}/devices/{self.near_id}"
        return self.two.near.api("GET", path, token=self.two.owners.owner.key).status_code == 200

    @property
    def state(self) -> str:
        """How the claim stands; empty when there is none."""
        row = self.pending
        return str(row["state"]) if row else ""

    @property
    def pending(self) -> dict[str, Any]:
        """The claim as its owner sees it listed."""
        path = f"/api/claimstack/v1/applications/{self.two.owner_app}/upstream-claims?limit=1000"
        headers = {"authorization": f"Bearer {self.two.owners.owner.key}"}
        rows = self.two.near.http.get(path, headers=headers).json().get("claims", [])
        return next((row for row in rows if row["end_device_ids"]["dev_eui"] == self.dev_eui), {})

    def until(self, condition: Callable[[], bool]) -> None:
        """Ask until it is so."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < give_up, (self.state, self.pending)
            PAUSE.wait(0.1)


def name_of(answer: httpx.Response) -> str:
    return str(answer.json()["details"][0]["name"])


# ------------------------------------------------------------------ the good case


@BOTH
def test_a_claim_takes_the_device_there_and_registers_it_here_without_keys(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    answer = sale.claim()
    assert answer.status_code == 200, answer.text
    assert answer.json()["device_id"] == sale.near_id
    assert (sale.here, sale.at_maker, sale.state) == (True, False, "claimed")
    path = f"/js/applications/{two.owner_app}/devices/{sale.near_id}?field_mask=root_keys"
    assert two.near.api("GET", path, token=two.owners.owner.key).status_code == 404


@BOTH
def test_its_status_tells_the_home_network(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    sale.claim()
    assert sale.status().json()["home_net_id"] == "000013"


def test_join_euis_of_the_repository_are_said_to_support_claiming_and_no_others(two: Two) -> None:
    asked = [{"join_eui": eui} for eui in (BY_NETWORK, BY_API, "0000000000000000")]
    answer = two.near.ok("POST", "/edcs/claim/info/batch", {"requests": asked}, two.owners.owner.key)
    assert [one.get("supports_claiming", False) for one in answer["infos"]] == [True, True, False]
    assert two.near.ok("POST", "/edcs/claim/info", asked[0], two.owners.owner.key)["supports_claiming"]


def test_the_ledger_tells_which_join_server_it_came_from(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    sale.claim(target_device_id="my-sensor")
    path = f"/api/claimstack/v1/applications/{two.owner_app}/devices/my-sensor/transfers"
    rows = two.near.http.get(path, headers={"authorization": f"Bearer {two.owners.owner.key}"}).json()["transfers"]
    assert [(row["from_application_id"], row["to_device_id"]) for row in rows] == [("network", "my-sensor")]


@BOTH
def test_a_client_registers_what_it_claimed_without_being_told_that_it_is_there(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    sale.claim(target_device_id=sale.near_id)
    ids = {"device_id": sale.near_id, "join_eui": join_eui, "dev_eui": sale.dev_eui}
    code = {"value": CODE}
    device = {"ids": ids, "name": "Mine", "claim_authentication_code": code}
    path = f"/applications/{two.owner_app}/devices"
    two.near.ok("POST", path, {"end_device": device}, two.owners.owner.key)
    kept = two.near.ok(
        "GET", f"{path}/{sale.near_id}?field_mask=name,claim_authentication_code", token=two.owners.owner.key
    )
    assert (kept["name"], kept.get("claim_authentication_code")) == ("Mine", None)
    again = two.near.api("POST", path, {"end_device": device}, two.owners.owner.key)
    assert again.status_code == 409


# ------------------------------------------------------------------ going back


@BOTH
def test_an_unclaim_brings_it_back_to_its_maker(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    sale.claim()
    assert sale.unclaim().status_code == 200
    assert (sale.at_maker, sale.state, sale.here) == (True, "", True)
    assert name_of(sale.unclaim()) == "device_not_claimed"


@BOTH
def test_a_device_that_is_deleted_without_unclaim_is_given_up_all_the_same(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    sale.claim()
    sale.delete_near()
    sale.until(lambda: sale.at_maker and not sale.state)


def test_a_release_says_how_to_give_it_back_instead(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    sale.claim()
    place = f"/api/claimstack/v1/applications/{two.owner_app}/devices/{sale.near_id}"
    headers = {"authorization": f"Bearer {two.owners.owner.key}"}
    answer = two.near.http.post(f"{place}/release", json={}, headers=headers)
    assert (answer.status_code, name_of(answer)) == (400, "device_of_another_join_server")
    told = two.near.http.get(f"{place}/claimability", headers=headers).json()
    assert (told["join_server"], told.get("releasable", False)) == ("network", False)


def test_a_batch_gives_up_several_and_names_the_others(two: Two) -> None:
    sales = [Sale(two, BY_NETWORK), Sale(two, BY_API)]
    for sale in sales:
        sale.claim()
    uids = [*(sale.near_id for sale in sales), "nobody-here"]
    path = f"/edcs/claim/{two.owner_app}/devices/batch"
    query = "&".join(f"device_ids={uid}" for uid in uids)
    answer = two.near.api("DELETE", f"{path}?{query}", token=two.owners.owner.key)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()["failed"]) == ["nobody-here"]
    assert all(sale.at_maker for sale in sales)


# ------------------------------------------------------------------ refusals


@BOTH
def test_a_wrong_code_leaves_nothing_behind(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    answer = sale.claim("WRONG")
    assert (answer.status_code, name_of(answer)) == (403, "device_access_denied")
    assert (sale.state, sale.here, sale.at_maker) == ("", False, True)
    assert sale.claim().status_code == 200


def test_guessing_through_this_cluster_ends(two: Two) -> None:
    sale, guesser = Sale(two, BY_NETWORK), two.near.person("guesser")
    app = two.near.application(guesser)
    statuses = [sale.claim(f"GUESS{n}", by=guesser.key, app=app).status_code for n in range(11)]
    assert statuses == [403] * 10 + [429]


def test_an_id_that_is_taken_here_is_refused_before_anything_leaves(two: Two) -> None:
    first, second = Sale(two, BY_NETWORK), Sale(two, BY_NETWORK)
    first.claim(target_device_id="taken-id")
    answer = second.claim(target_device_id="taken-id")
    assert (answer.status_code, name_of(answer)) == (409, "id_taken")
    assert (second.at_maker, second.state) == (True, "")


def test_what_is_registered_here_cannot_be_claimed_by_another_even_with_the_code(two: Two) -> None:
    sale, other = Sale(two, BY_NETWORK), two.owners.stranger
    sale.claim()
    answer = sale.claim(by=other.key, app=two.near.application(other))
    assert (answer.status_code, name_of(answer)) == (409, "end_device_euis_taken")
    assert (sale.here, sale.state) == (True, "claimed")


def test_who_may_not_write_there_claims_nothing(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    assert sale.claim(by=two.owners.stranger.key).status_code == 403
    assert (sale.at_maker, sale.state) == (True, "")


def test_a_join_eui_of_nobody_is_claimed_in_this_cluster(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    sale.join_eui = "0000000000000000"
    assert name_of(sale.claim()) == "claim_refused"


# ------------------------------------------------------------------ lost answers


@BOTH
@pytest.mark.parametrize("mode", ["cut", "swallow"])
def test_a_claim_without_an_answer_is_pending_and_settles_by_itself(two: Two, join_eui: str, mode: Any) -> None:
    sale = Sale(two, join_eui)
    two.line.mode = mode
    answer = sale.claim()
    assert (answer.status_code, name_of(answer)) == (503, "claim_pending")
    row = sale.pending
    assert (row["state"], row["unanswered"], row["claimer"]) == ("claiming", 1, f"user:{two.owners.owner.uid}")
    assert row["trouble"]
    assert "next_try_at" in row
    assert name_of(sale.status()) == "claim_pending"
    assert sale.at_maker is (mode == "cut")
    two.line.mode = "open"
    sale.until(lambda: sale.state == "claimed")
    assert (sale.here, sale.at_maker) == (True, False)


def test_a_pending_claim_may_just_be_repeated(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    two.line.mode = "swallow"
    assert name_of(sale.claim()) == "claim_pending"
    two.line.mode = "open"
    assert sale.claim().status_code == 200
    assert sale.claim().status_code == 200
    assert sale.state == "claimed"


@BOTH
def test_the_same_claim_many_times_at_once_is_one(two: Two, join_eui: str) -> None:
    sale = Sale(two, join_eui)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(sale.claim) for _ in range(8)]
    assert {one.result().status_code for one in answers} == {200}
    assert (sale.here, sale.at_maker, sale.state) == (True, False, "claimed")


def test_of_two_owners_at_once_one_has_the_device(two: Two) -> None:
    other = two.owners.stranger
    app = two.near.application(other)
    for _ in range(5):
        sale = Sale(two, BY_NETWORK)
        with ThreadPoolExecutor(2) as pool:
            mine, theirs = pool.submit(sale.claim), pool.submit(sale.claim, by=other.key, app=app)
        assert sorted((mine.result().status_code, theirs.result().status_code)) == [200, 409]
        assert sale.here is (mine.result().status_code == 200)
        assert not sale.at_maker


def test_repeats_of_a_pending_claim_are_no_guesses(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    two.line.mode = "cut"
    assert {name_of(sale.claim()) for _ in range(12)} == {"claim_pending"}
    assert _failures(two, sale) == 1
    two.line.mode = "open"
    assert sale.claim().status_code == 200
    assert _failures(two, sale) == 0


def test_a_wrong_code_counts_even_if_it_is_compared_only_later(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    two.line.mode = "cut"
    sale.claim("WRONG")
    two.line.mode = "open"
    sale.until(lambda: not sale.state)
    assert _failures(two, sale) == 1


def test_a_repeat_with_another_code_does_not_leave_the_first_behind(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    two.line.mode = "swallow"
    sale.claim()
    two.line.mode = "open"
    assert name_of(sale.claim("WRONG")) == "device_access_denied"
    sale.until(lambda: not sale.state)
    assert (sale.at_maker, sale.here) == (True, False)


@pytest.mark.parametrize("mode", ["cut", "swallow"])
def test_an_unclaim_without_an_answer_goes_on_by_itself_even_if_the_device_is_deleted(two: Two, mode: Any) -> None:
    sale = Sale(two, BY_NETWORK)
    sale.claim()
    two.line.mode = mode
    assert name_of(sale.unclaim()) == "unclaim_pending"
    assert sale.state == "releasing"
    sale.delete_near()
    assert name_of(sale.claim()) == "unclaim_pending"
    two.line.mode = "open"
    sale.until(lambda: sale.at_maker and not sale.state)


def test_the_code_is_kept_sealed_and_only_until_the_claim_is_settled(two: Two) -> None:
    sale = Sale(two, BY_NETWORK)
    two.line.mode = "cut"
    sale.claim("CANARY2345")
    row = _row(two, sale)
    assert row["order_sealed"] is not None
    assert b"CANARY2345" not in bytes(row["order_sealed"])
    two.line.mode = "open"
    sale.until(lambda: not sale.state)
    sale.claim()
    assert _row(two, sale)["order_sealed"] is None


def _row(two: Two, sale: Sale) -> Any:
    sql = "SELECT * FROM upstream_claim WHERE dev_eui = $1"
    return two.near.run(two.near.node.db.fetchrow(sql, bytes.fromhex(sale.dev_eui)))


def _failures(two: Two, sale: Sale) -> int:
    sql = "SELECT attempts FROM claim_attempt WHERE subject = $1"
    return int(two.near.run(two.near.node.db.fetchval(sql, f"device:{sale.join_eui}:{sale.dev_eui}")))
