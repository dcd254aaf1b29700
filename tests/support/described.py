"""The server held to its own description: requests made up from the OpenAPI document, answers judged."""

from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case

from tests.support.house import House

_DETAILS = {"@type", "namespace", "name", "correlation_id", "code"}


def operations(house: House) -> list[Any]:
    """Every operation of the document that answers once."""
    document = house.http.get("/api/v3/openapi.json").json()
    streams = {one.template for one in house.server.application._routes.routes if one.streams}
    schema = schemathesis.openapi.from_dict(document)
    found: list[Any] = list(schema.get_all_operations())
    return [one.ok() for one in found if one.ok().path not in streams]


def hold(house: House, operation: Any, token: str, examples: int, *, again: bool) -> int:
    """Send made-up requests to one operation and judge the answers; how many were sent. Without a token
    nobody asks. `again`: the same each time.
    """
    sent = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=again,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Case[Any]) -> None:
        nonlocal sent
        sent += 1
        words = case.as_transport_kwargs(base_url=house.url)
        headers = dict(words.pop("headers", None) or {})
        if token:
            headers["authorization"] = f"Bearer {token}"
        judge(house.http.request(**_plain(words), headers=headers))

    one()
    return sent


def _plain(words: dict[str, Any]) -> dict[str, Any]:
    known = ("method", "url", "params", "json", "data", "content")
    return {key: value for key, value in words.items() if key in known and value is not None}


def judge(answer: httpx.Response) -> None:
    """No failure of the server's own, and every error in the form of the contract."""
    shown = f"{answer.request.method} {answer.request.url} {answer.request.content[:500]!r}: {answer.text[:500]}"
    assert answer.status_code in (501, 503) or answer.status_code < 500, shown
    if answer.status_code < 400:
        assert answer.headers["content-type"].startswith("application/json"), shown
        return
    if answer.status_code == 400 and answer.headers["content-type"].startswith("text/plain"):
        return  # what is no HTTP is answered before it is anybody's request
    body = answer.json()
    assert set(body) == {"code", "message", "details"}, shown
    assert set(body["details"][0]) >= _DETAILS, shown
