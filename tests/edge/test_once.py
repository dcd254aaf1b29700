"""Requests that are sent again with their idempotency key: one effect, one answer, for who still may."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from claimstack.wire import v3
from tests.support.house import House, People, Person, Refusal, fresh


def make(house: House, person: Person, application: str, key: str, token: str = "", **more: Any) -> httpx.Response:
    """Make an application, with an idempotency key."""
    words = {"application": {"ids": {"application_id": application}, **more}}
    return house.api("POST", f"/users/{person.uid}/applications", words, token or person.key, {"Idempotency-Key": key})


def new_key(house: House, application: str, token: str, key: str, name: str = "n") -> httpx.Response:
    """Make an API key of an application, with an idempotency key."""
    words = {"name": name, "rights": ["RIGHT_APPLICATION_INFO"]}
    return house.api("POST", f"/applications/{application}/api-keys", words, token, {"Idempotency-Key": key})


def keys_of(house: House, application: str, token: str) -> int:
    """How many API keys an application has."""
    return int(house.api("GET", f"/applications/{application}/api-keys", token=token).headers["x-total-count"])


def test_a_repeat_gets_the_first_answer_and_changes_nothing(house: House, people: People) -> None:
    uid, key = fresh("once"), fresh("key")
    first, again = make(house, people.maker, uid, key), make(house, people.maker, uid, key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content


def test_without_a_key_the_same_request_is_another_one(house: House, people: People) -> None:
    uid = fresh("once")
    words = {"application": {"ids": {"application_id": uid}}}
    path = f"/users/{people.maker.uid}/applications"
    assert house.api("POST", path, words, people.maker.key).status_code == 200
    assert house.api("POST", path, words, people.maker.key).status_code == 409


def test_a_secret_that_is_shown_once_comes_again_with_the_repeat(house: House, people: People) -> None:
    application, key = house.application(people.maker), fresh("key")
    answers = [new_key(house, application, people.maker.key, key).json() for _ in range(3)]
    assert answers[0]["key"].startswith("NNSXS.")
    assert answers == [answers[0]] * 3
    assert keys_of(house, application, people.maker.key) == 1
    assert house.api("GET", f"/applications/{application}", token=answers[0]["key"]).status_code == 200


def test_another_body_under_the_same_key_is_refused(house: House, people: People) -> None:
    application, key = house.application(people.maker), fresh("key")
    new_key(house, application, people.maker.key, key)
    other = new_key(house, application, people.maker.key, key, name="another")
    assert other.status_code == 400
    assert other.json()["details"][0]["name"] == "key_reused"
    assert keys_of(house, application, people.maker.key) == 1


def test_another_method_under_the_same_key_is_refused(house: House, people: People) -> None:
    uid, key = fresh("once"), fresh("key")
    make(house, people.maker, uid, key)
    other = house.api("DELETE", f"/applications/{uid}", token=people.maker.key, headers={"Idempotency-Key": key})
    assert other.json()["details"][0]["name"] == "key_reused"
    assert house.api("GET", f"/applications/{uid}", token=people.maker.key).status_code == 200


def test_somebody_else_may_use_the_same_key(house: House, people: People) -> None:
    key = fresh("key")
    for person in (people.maker, people.owner):
        assert make(house, person, fresh("once"), key).status_code == 200


def test_another_credential_of_the_same_person_gets_nothing_of_the_answer(house: House, people: People) -> None:
    application, key = house.application(people.maker), fresh("key")
    first = new_key(house, application, people.maker.key, key).json()
    other = house.user_key(people.maker.uid, people.maker.key, "RIGHT_ALL")
    assert new_key(house, application, other, key).json()["id"] != first["id"]


def test_who_lost_the_right_gets_no_answer_any_more(house: House, people: People) -> None:
    application, key = house.application(people.maker), fresh("key")
    words = {"collaborator": {"ids": {"user_ids": {"user_id": people.owner.uid}}, "rights": ["RIGHT_APPLICATION_ALL"]}}
    house.ok("PUT", f"/applications/{application}/collaborators", words, people.maker.key)
    made = new_key(house, application, people.owner.key, key).json()["key"]
    words["collaborator"]["rights"] = []
    house.ok("PUT", f"/applications/{application}/collaborators", words, people.maker.key)
    again = new_key(house, application, people.owner.key, key)
    assert again.status_code == 403
    assert made not in again.text


def test_a_delete_that_is_sent_again_is_told_that_it_was_done(house: House, people: People) -> None:
    uid, headers = house.application(people.maker), {"Idempotency-Key": fresh("key")}
    for _ in range(2):
        answer = house.api("DELETE", f"/applications/{uid}", token=people.maker.key, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {})


def test_a_refusal_is_not_kept(house: House, people: People) -> None:
    uid, key = fresh("once"), fresh("key")
    assert make(house, people.maker, "Not An Id", key).status_code == 400
    assert make(house, people.maker, uid, key).status_code == 200


def test_twins_at_once_have_one_effect_and_one_answer(house: House, people: People) -> None:
    application, key = house.application(people.maker), fresh("key")
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(new_key, house, application, people.maker.key, key) for _ in range(16)]
        answers = [future.result() for future in futures]
    assert [one.status_code for one in answers] == [200] * 16, [one.text for one in answers]
    assert len({one.content for one in answers}) == 1
    assert keys_of(house, application, people.maker.key) == 1


def test_the_answer_is_kept_sealed(house: House, people: People) -> None:
    application = house.application(people.maker)
    secret = new_key(house, application, people.maker.key, fresh("key")).json()["key"].encode()
    rows = house.run(house.node.db.fetch("SELECT key_hash, body_hash, answer_sealed FROM idempotency_key"))
    assert len(rows) > 0
    for row in rows:
        for column in ("key_hash", "body_hash", "answer_sealed"):
            assert secret not in bytes(row[column])
            assert secret.split(b".")[2] not in bytes(row[column])


def test_nothing_is_written_when_no_key_is_sent(house: House, people: People) -> None:
    async def count() -> int:
        return int(await house.node.db.fetchval("SELECT count(*) FROM idempotency_key"))

    before = house.run(count())
    house.application(people.maker)
    assert house.run(count()) == before


def test_a_reading_request_takes_no_key(house: House, people: People) -> None:
    headers = {"Idempotency-Key": fresh("key")}
    for person in (people.maker, people.maker):
        path = f"/users/{person.uid}/applications"
        before = len(house.api("GET", path, token=person.key, headers=headers).json().get("applications", []))
        house.application(person)
        after = len(house.api("GET", path, token=person.key, headers=headers).json().get("applications", []))
        assert after == before + 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(house: House, people: People, key: str) -> None:
    answer = make(house, people.maker, fresh("once"), key)
    assert answer.status_code == 400
    assert answer.json()["details"][0]["attributes"]["field"] == "idempotency-key"


def test_over_grpc_it_is_the_metadata_idempotency_key(house: House, people: People) -> None:
    application = house.application(people.maker)
    request = v3.CreateApplicationAPIKeyRequest(name="n", rights=[v3.RIGHT_APPLICATION_INFO])
    request.application_ids.application_id = application
    words: dict[str, Any] = {"token": people.maker.key, "idempotency_key": fresh("key")}
    first, _ = house.call("ApplicationAccess/CreateAPIKey", request, **words)
    again, _ = house.call("ApplicationAccess/CreateAPIKey", request, **words)
    assert first == again
    request.name = "other"
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationAccess/CreateAPIKey", request, **words)
    assert refused.value.details.name == "key_reused"
