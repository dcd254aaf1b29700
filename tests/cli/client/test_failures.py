"""The form of errors on the error output."""

import json

from claimstack.cli.client.failures import Failure, refusal

DETAILS = {
    "@type": "type.googleapis.com/ttn.lorawan.v3.ErrorDetails",
    "namespace": "pkg/identityserver/store",
    "name": "application_not_found",
    "message_format": "application `{application_id}` not found",
    "attributes": {"application_id": "app1", "tries": 3},
    "correlation_id": "c0ffee",
    "cause": {
        "namespace": "pkg/store",
        "name": "row",
        "message_format": "no row `{id}`",
        "attributes": {"id": "app1"},
        "correlation_id": "beef",
    },
}
BODY = {
    "code": 5,
    "message": "error:pkg/identityserver/store:application_not_found (application `app1` not found)",
    "details": [DETAILS],
}


def test_a_refusal_shows_message_attributes_correlation_and_causes() -> None:
    found = refusal(404, {}, json.dumps(BODY).encode())
    assert (found.code, found.name) == (5, "application_not_found")
    assert list(found.lines()) == [
        "error:pkg/identityserver/store:application_not_found (application `app1` not found)",
        "    application_id=app1",
        "    tries=3",
        "    correlation_id=c0ffee",
        "--- error:pkg/store:row (no row `app1`)",
        "    id=app1",
        "    correlation_id=beef",
    ]


def test_an_error_without_details_still_says_something() -> None:
    assert list(refusal(503, {}, b"{}").lines()) == ["error:HTTP status 503"]
    assert refusal(503, {}, b"[]").code == 14


def test_when_the_server_says_how_long_to_wait_the_person_reads_it() -> None:
    assert list(refusal(429, {"retry-after": "30"}, b"{}").lines())[-1] == "hint: try again in 30 s"
    assert refusal(429, {"retry-after": "soon"}, b"{}").retry_after() == 0


def test_the_clients_own_errors_have_its_namespace_and_a_hint() -> None:
    failure = Failure("no_collaborator", "no user given", "add --user-id", host="h")
    assert list(failure.lines()) == [
        "error:cli:no_collaborator (no user given)",
        "    host=h",
        "hint: add --user-id",
    ]
