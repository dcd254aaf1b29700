"""The HTTP port as a client sees it: the contract's error form, bounds, other origins, headers, probes, documents."""

import re
import socket
from typing import Any

import httpx
import pytest

from claimstack.edge import limits
from tests.support.house import ADMIN_KEY, House, People


def error(response: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The details of an error answer, whose form is checked on the way."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"code", "message", "details"}
    [details] = body["details"]
    assert details["@type"] == "type.googleapis.com/ttn.lorawan.v3.ErrorDetails"
    assert details["name"] == name
    assert body["message"].startswith(f"error:{details['namespace']}:{name} (")
    assert body["code"] == details["code"]
    assert len(details["correlation_id"]) == 32
    return dict(details)


def test_an_answer_is_json_that_nobody_keeps(house: House) -> None:
    response = house.api("GET", "/auth_info")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["is_admin"] is True


# ------------------------------------------------------------------ errors


def test_a_refusal_is_told_in_the_form_of_the_contract(house: House, people: People) -> None:
    app = house.application(people.maker)
    details = error(house.api("GET", f"/applications/{app}", token=people.stranger.key), 403, "no_application_rights")
    assert details["namespace"] == "pkg/auth/rights"
    assert details["message_format"] == "no rights for application `{uid}`"
    assert details["attributes"] == {"uid": app}


def test_a_stranger_without_credential_is_asked_for_one(house: House) -> None:
    response = house.api("GET", "/auth_info", token="")
    error(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_route_of_the_api_that_nobody_knows_is_not_found(house: House) -> None:
    error(house.api("GET", "/nowhere"), 404, "route_not_found")
    error(house.api("GET", "/applications/"), 404, "route_not_found")


def test_a_known_path_with_another_verb_tells_which_it_has(house: House) -> None:
    response = house.api("DELETE", "/auth_info")
    error(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/api/v2/devices", "/favicon.ico", "/static/none.css"])
def test_any_other_path_is_not_found_in_the_same_form(house: House, path: str) -> None:
    error(house.http.get(path), 404, "route_not_found")


def test_a_page_with_another_verb_tells_which_it_has(house: House) -> None:
    response = house.http.delete("/oauth/login")
    error(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere"])
def test_a_person_gets_a_page_instead(house: House, path: str) -> None:
    response = house.http.get(path, headers={"accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "There is no such page" in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_the_front_door_leads_to_the_account(house: House) -> None:
    response = house.http.get("/")
    assert (response.status_code, response.headers["location"]) == (303, "/console")


def test_what_is_in_the_contract_but_not_served_says_so(house: House) -> None:
    error(house.api("GET", "/gateways"), 501, "not_served")


def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    body = b'{"x": "' + b"x" * limits.MOST_BODY_BYTES + b'"}'
    response = house.http.post("/api/v3/users", content=body, headers={"authorization": f"Bearer {ADMIN_KEY}"})
    error(response, 413, "body_too_large")


def test_a_body_that_grows_too_large_on_the_way_is_refused(house: House) -> None:
    parts = (b"x" * 65536 for _ in range(limits.MOST_BODY_BYTES // 65536 + 2))
    response = house.http.post("/api/v3/users", content=parts, headers={"authorization": f"Bearer {ADMIN_KEY}"})
    error(response, 413, "body_too_large")


@pytest.mark.parametrize("body", [b"{", b"[]", b"null x", b'{"user": 1}', b"\xff\xfe", b'{"user": {"ids": {"user_id":'])
def test_json_that_cannot_be_read_is_invalid(house: House, body: bytes) -> None:
    response = house.http.post("/api/v3/users", content=body, headers={"authorization": f"Bearer {ADMIN_KEY}"})
    assert error(response, 400, "validation")["attributes"]["reason"]


def test_json_that_is_nested_without_end_is_invalid(house: House) -> None:
    body = b'{"user":' * 5000 + b"}" * 5000
    response = house.http.post("/api/v3/users", content=body, headers={"authorization": f"Bearer {ADMIN_KEY}"})
    error(response, 400, "validation")


def test_an_enum_name_that_nobody_knows_lists_the_known(house: House) -> None:
    user = {"ids": {"user_id": "someone"}, "state": "STATE_ASLEEP"}
    details = error(house.api("POST", "/users", {"user": user}), 400, "validation")
    assert details["attributes"]["field"] == "user.state"
    assert "STATE_APPROVED" in details["attributes"]["reason"]
    assert "STATE_SUSPENDED" in details["attributes"]["reason"]


def test_an_identifier_in_the_path_is_held_to_its_rule(house: House) -> None:
    details = error(house.api("GET", "/applications/Not%20An%20Id"), 400, "validation")
    assert details["attributes"]["field"] == "application_ids.application_id"


def test_a_path_that_is_no_utf_8_is_invalid(house: House) -> None:
    error(house.api("GET", "/applications/%FF%FE"), 400, "validation")


def test_no_text_holds_a_nul_character(house: House, people: People) -> None:
    words = {"name": "a\0b", "rights": ["RIGHT_USER_INFO"]}
    made = house.api("POST", f"/users/{people.maker.uid}/api-keys", words, people.maker.key)
    assert error(made, 400, "validation")["attributes"]["field"] == "name"
    found = house.api("GET", "/search/applications?query=a%00b", token=people.maker.key)
    assert error(found, 400, "validation")["attributes"]["field"] == "query"


def test_no_form_of_a_page_holds_a_nul_character(house: House) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": house.url}
    assert house.http.post("/oauth/login", content="user_id=a%00b&password=x", headers=headers).status_code == 400


def test_a_field_that_nobody_knows_is_ignored(house: House) -> None:
    assert house.api("GET", "/auth_info?wings=2").status_code == 200


def test_headers_without_end_are_refused(house: House) -> None:
    with socket.create_connection(("127.0.0.1", house.server.http_port), 5) as raw:
        raw.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
        try:
            for number in range(256):
                raw.sendall(b"x-%d: " % number + b"x" * 4096 + b"\r\n")
            raw.sendall(b"\r\n")
            answer = raw.recv(64)
        except OSError:
            answer = b""
    assert not answer.startswith(b"HTTP/1.1 200")


def test_a_request_that_is_no_http_is_refused(house: House) -> None:
    with socket.create_connection(("127.0.0.1", house.server.http_port), 5) as raw:
        raw.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n")
        assert raw.recv(64).startswith((b"HTTP/1.1 400", b""))
    assert house.http.get("/healthz").status_code == 200


# ------------------------------------------------------------------ credentials


def test_metadata_may_come_as_a_header_with_the_gateways_prefix(house: House) -> None:
    response = house.api("GET", "/auth_info", token="", headers={"Grpc-Metadata-Authorization": f"Bearer {ADMIN_KEY}"})
    assert response.status_code == 200


def test_a_session_counts_on_a_page_of_this_origin_only(house: House, people: People) -> None:
    cookie = {"cookie": f"claimstack_session={people.maker.session}"}
    own = house.api("GET", "/auth_info", token="", headers={**cookie, "origin": house.url})
    assert own.json()["user_session"]["user_ids"]["user_id"] == people.maker.uid
    for foreign in ({"origin": "https://evil.example"}, {}, {"sec-fetch-site": "cross-site", "origin": house.url}):
        error(house.api("GET", "/auth_info", token="", headers={**cookie, **foreign}), 401, "unauthenticated")


def test_a_credential_of_its_own_goes_before_the_cookie(house: House, people: People) -> None:
    headers = {"cookie": f"claimstack_session={people.maker.session}", "origin": house.url}
    answer = house.api("GET", "/auth_info", token=people.owner.key, headers=headers).json()
    assert answer["api_key"]["entity_ids"]["user_ids"]["user_id"] == people.owner.uid


# ------------------------------------------------------------------ other origins


def test_every_answer_may_be_read_from_every_origin(house: House) -> None:
    for response in (house.api("GET", "/auth_info"), house.api("GET", "/auth_info", token="")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        exposed = {name.strip().lower() for name in response.headers["access-control-expose-headers"].split(",")}
        assert {"x-total-count", "x-request-id", "x-warning", "x-rate-limit-reset", "date"} <= exposed


def test_a_preflight_allows_what_the_api_takes(house: House) -> None:
    asked = {"origin": "https://x.example", "access-control-request-method": "PUT"}
    response = house.http.options("/api/v3/applications/x", headers=asked)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-max-age"] == "600"
    methods = {one.strip() for one in response.headers["access-control-allow-methods"].split(",")}
    assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    allowed = {one.strip().lower() for one in response.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key", "x-csrf-token"} <= allowed


def test_pages_may_not_be_read_from_elsewhere(house: House) -> None:
    assert "access-control-allow-origin" not in house.http.get("/oauth/login").headers


# ------------------------------------------------------------------ headers


def test_a_request_id_comes_back_to_who_gave_it(house: House) -> None:
    assert house.api("GET", "/auth_info", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize("given", [{}, {"x-request-id": "x" * 65}, {"x-request-id": "a b"}])
def test_a_request_id_is_made_where_none_fits(house: House, given: dict[str, str]) -> None:
    made = house.api("GET", "/auth_info", headers=given).headers["x-request-id"]
    assert len(made) == 32
    assert made not in given.values()


def test_the_request_id_of_an_error_is_its_correlation_id(house: House) -> None:
    response = house.api("GET", "/auth_info", token="")
    assert error(response, 401, "unauthenticated")["correlation_id"] == response.headers["x-request-id"]


def test_head_answers_as_get_without_the_body(house: House) -> None:
    got, headed = house.api("GET", "/auth_info"), house.api("HEAD", "/auth_info")
    assert headed.status_code == 200
    assert headed.content == b""
    assert headed.headers["content-length"] == got.headers["content-length"]
    assert house.api("HEAD", "/nowhere").status_code == 404


def test_pages_of_a_list_follow_each_other(house: House) -> None:
    person = house.person("pager")
    made = sorted(house.application(person) for _ in range(5))
    path = "/applications?order=application_id&limit=2&page="
    pages = [house.api("GET", f"{path}{number}", token=person.key) for number in (1, 2, 3, 4)]
    found = [[one["ids"]["application_id"] for one in page.json().get("applications", [])] for page in pages]
    assert found == [made[:2], made[2:4], made[4:], []]
    assert {page.headers["x-total-count"] for page in pages} == {"5"}


def test_a_list_can_be_turned_around(house: House) -> None:
    person = house.person("turner")
    made = sorted((house.application(person) for _ in range(3)), reverse=True)
    answer = house.ok("GET", "/applications?order=-application_id", token=person.key)
    assert [one["ids"]["application_id"] for one in answer["applications"]] == made


def test_a_page_that_is_too_large_is_invalid(house: House) -> None:
    error(house.api("GET", "/applications?limit=1001"), 400, "validation")


# ------------------------------------------------------------------ beside the API


def test_a_running_server_is_healthy_and_ready(house: House) -> None:
    assert house.http.get("/healthz").status_code == 200
    assert house.http.get("/readyz").status_code == 200


def test_a_node_that_is_not_fit_is_not_ready_but_healthy(house: House) -> None:
    house.server.fit = False
    try:
        assert house.http.get("/readyz").status_code == 503
        assert house.http.get("/healthz").status_code == 200
    finally:
        house.server.fit = True


def test_requests_are_counted_by_method_and_outcome(house: House) -> None:
    house.api("GET", "/auth_info")
    house.api("GET", "/auth_info", token="")
    text = house.http.get("/metrics").text
    for code in (0, 16):
        assert f'claimstack_requests_total{{code="{code}",method="ttn.lorawan.v3.EntityAccess/AuthInfo"}}' in text


def test_paths_that_nobody_knows_make_no_series_of_their_own(house: House) -> None:
    house.api("GET", "/made-up-by-a-stranger")
    assert "made-up-by-a-stranger" not in house.http.get("/metrics").text


def test_the_description_is_served_with_the_page(house: House) -> None:
    document = house.http.get("/api/v3/openapi.json")
    assert document.json()["openapi"].startswith("3.")
    page = house.http.get("/api")
    assert page.headers["content-type"].startswith("text/html")
    assert "ApplicationRegistry" in page.text


def test_the_description_holds_what_is_served_and_nothing_else(house: House) -> None:
    paths = house.http.get("/api/v3/openapi.json").json()["paths"]
    routes = [one for one in house.server.application._routes.routes if one.rpc in house.methods]
    assert len(routes) > 50
    described = {(verb.upper(), _shape(path)) for path, verbs in paths.items() for verb in verbs}
    assert described == {(one.verb, _shape(one.template)) for one in routes}


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)
