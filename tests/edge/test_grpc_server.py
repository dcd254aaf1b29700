"""The gRPC port as a client sees it: names, answers, errors with their details, bounds."""

import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from grpc_reflection.v1alpha import reflection_pb2 as reflection
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from claimstack.edge import limits
from claimstack.wire import v3
from tests.support.house import House, People, Refusal, fresh

Code = grpc.StatusCode


def reflected(house: House, question: reflection.ServerReflectionRequest) -> reflection.ServerReflectionResponse:
    async def ask() -> reflection.ServerReflectionResponse:
        stub = ServerReflectionStub(house.channel)
        return await anext(aiter(stub.ServerReflectionInfo(iter([question]))))

    return house.run(ask())


def test_reflection_lists_every_service_that_is_served(house: House) -> None:
    answer = reflected(house, reflection.ServerReflectionRequest(list_services=""))
    listed = {service.name for service in answer.list_services_response.service}
    assert listed == {name.partition("/")[0] for name in house.methods} | {"grpc.reflection.v1alpha.ServerReflection"}


def test_reflection_describes_a_message_of_the_contract(house: House) -> None:
    name = "ttn.lorawan.v3.ApplicationRegistry"
    answer = reflected(house, reflection.ServerReflectionRequest(file_containing_symbol=name))
    assert answer.file_descriptor_response.file_descriptor_proto


def test_an_answer_comes_back(house: House, people: People) -> None:
    answer, _ = house.call("EntityAccess/AuthInfo", Empty(), people.maker.key)
    assert answer.api_key.entity_ids.user_ids.user_id == people.maker.uid


def test_the_total_is_header_metadata(house: House, people: People) -> None:
    person = house.person("lister")
    for _ in range(3):
        house.application(person)
    answer, headers = house.call("ApplicationRegistry/List", v3.ListApplicationsRequest(limit=1), person.key)
    assert len(answer.applications) == 1
    assert headers["x-total-count"] == "3"


def test_a_refusal_carries_its_details_in_the_trailer(house: House, people: People) -> None:
    app = house.application(people.maker)
    request = v3.GetApplicationRequest(application_ids=v3.ApplicationIdentifiers(application_id=app))
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationRegistry/Get", request, people.stranger.key)
    details = refused.value.details
    assert refused.value.code is Code.PERMISSION_DENIED
    assert (details.namespace, details.name) == ("pkg/auth/rights", "no_application_rights")
    assert details.attributes["uid"] == app
    assert details.code == 7
    assert refused.value.text == f"error:pkg/auth/rights:no_application_rights (no rights for application `{app}`)"
    assert len(details.correlation_id) == 32


def test_each_refusal_has_a_correlation_id_of_its_own(house: House) -> None:
    ids = set()
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            house.call("EntityAccess/AuthInfo", Empty(), "")
        ids.add(refused.value.details.correlation_id)
    assert len(ids) == 2


def test_a_method_that_nobody_knows_is_unimplemented(house: House) -> None:
    for name in ("ttn.lorawan.v3.ApplicationRegistry/Frobnicate", "ttn.lorawan.v3.Nothing/Get"):
        with pytest.raises(Refusal) as refused:
            house.call(name, b"")
        assert refused.value.code is Code.UNIMPLEMENTED


def test_every_method_of_the_contract_that_is_not_served_is_unimplemented(house: House) -> None:
    from claimstack.edge.routes import services

    bare = [f"{one.full_name}/{rpc.name}" for one in services() for rpc in one.methods if not rpc.server_streaming]
    unserved = [name for name in bare if name not in house.methods]
    assert unserved, "nothing to test: take this test away"
    for name in unserved:
        with pytest.raises(Refusal) as refused:
            house.call(name, b"", seconds=5)
        assert refused.value.code is Code.UNIMPLEMENTED, name


def test_what_is_no_message_is_an_invalid_argument(house: House) -> None:
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationRegistry/Get", b"\xff\xff\xff")
    assert refused.value.code is Code.INVALID_ARGUMENT
    assert refused.value.details.name == "request_malformed"


def test_what_is_no_message_is_an_invalid_argument_on_a_stream_too(house: House) -> None:
    async def read() -> object:
        rpc = house.channel.unary_stream("/ttn.lorawan.v3.Events/Stream")
        return await anext(aiter(rpc(b"\xff\xff\xff")), None)

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        house.run(read())
    assert refused.value.code() is Code.INVALID_ARGUMENT


def test_a_request_that_is_too_large_is_resource_exhausted(house: House, people: People) -> None:
    body = v3.CreateApplicationRequest()
    body.application.description = "x" * limits.MOST_BODY_BYTES
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationRegistry/Create", body, people.maker.key)
    assert refused.value.code is Code.RESOURCE_EXHAUSTED


def test_metadata_that_is_too_large_is_refused(house: House) -> None:
    with pytest.raises(Refusal):
        house.call("EntityAccess/AuthInfo", Empty(), "", x_padding="x" * (4 * limits.MOST_HEADER_BYTES))
    house.call("EntityAccess/AuthInfo", Empty())


def test_a_broken_rule_names_the_field_and_what_was_expected(house: House, people: People) -> None:
    request = v3.CreateApplicationRequest()
    request.application.ids.application_id = "Not An Id"
    request.collaborator.user_ids.user_id = people.maker.uid
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationRegistry/Create", request, people.maker.key)
    assert refused.value.code is Code.INVALID_ARGUMENT
    assert refused.value.details.attributes["field"] == "application.ids.application_id"
    assert refused.value.details.attributes["reason"]


def test_a_mask_path_that_is_not_allowed_is_named(house: House, people: People) -> None:
    app = house.application(people.maker)
    request = v3.GetApplicationRequest(application_ids={"application_id": app}, field_mask={"paths": ["name", "wings"]})
    with pytest.raises(Refusal) as refused:
        house.call("ApplicationRegistry/Get", request, people.maker.key)
    assert refused.value.details.name == "field_mask_paths"
    forbidden: Any = refused.value.details.attributes["forbidden_paths"]
    assert "wings" in list(forbidden)


def test_a_deadline_ends_a_stream_that_has_nothing_to_say(house: House, people: People) -> None:
    app = house.application(people.maker)
    request = v3.StreamEventsRequest(identifiers=[{"application_ids": {"application_id": app}}])

    async def read() -> None:
        rpc = house.channel.unary_stream(
            "/ttn.lorawan.v3.Events/Stream", request.SerializeToString, v3.Event.FromString
        )
        call = rpc(request, timeout=0.3, metadata=(("authorization", f"Bearer {people.maker.key}"),))
        async for _ in call:
            pass

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        house.run(read())
    assert refused.value.code() is Code.DEADLINE_EXCEEDED


def test_a_client_that_goes_away_leaves_the_server_well(house: House, people: People) -> None:
    async def leave() -> None:
        rpc = house.channel.unary_unary("/ttn.lorawan.v3.ApplicationRegistry/List")
        calls = [rpc(b"", metadata=(("authorization", f"Bearer {people.maker.key}"),)) for _ in range(20)]
        for call in calls:
            call.cancel()
        await asyncio.gather(*(call.code() for call in calls))

    house.run(leave())
    house.call("ApplicationRegistry/List", v3.ListApplicationsRequest(), people.maker.key)


def test_the_scheme_of_a_credential_may_be_in_any_case(house: House, people: People) -> None:
    answer, _ = house.call("EntityAccess/AuthInfo", Empty(), "", authorization=f"bEARER {people.maker.key}")
    assert answer.api_key.api_key.id


@pytest.mark.parametrize("credential", ["Basic YTpi", "ClusterKey 00", "NNSXS.AAAAAAAA.AAAAAAAA"])
def test_a_credential_that_does_not_count_is_unauthenticated(house: House, credential: str) -> None:
    for authorization in (credential, f"Bearer {credential}"):
        with pytest.raises(Refusal) as refused:
            house.call("EntityAccess/AuthInfo", Empty(), "", authorization=authorization)
        assert refused.value.code is Code.UNAUTHENTICATED


def test_an_unexpected_failure_tells_nothing(house: House) -> None:
    uid = fresh("broken")
    house.ok("POST", "/users", {"user": {"ids": {"user_id": uid}, "password": "a long password", **_mail(uid)}})

    async def spoil(tx: object) -> None:
        await tx.execute("UPDATE account SET body = $1 WHERE uid = $2", b"\xff\xff secret \xff", uid)  # type: ignore[attr-defined]

    house.run(house.node.db.transaction(spoil))
    with pytest.raises(Refusal) as refused:
        house.call(
            "UserRegistry/Get", v3.GetUserRequest(user_ids={"user_id": uid}, field_mask={"paths": ["attributes"]})
        )
    assert refused.value.code is Code.INTERNAL
    assert refused.value.text == "error:pkg/errors:internal (internal error)"


def _mail(uid: str) -> dict[str, str]:
    return {"primary_email_address": f"{uid}@example.com"}
