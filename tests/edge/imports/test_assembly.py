"""Which address devices get whose import names none: one that their fields take."""

import pytest

from claimstack.edge.imports.assembly import address_in
from claimstack.edge.rules import check
from claimstack.errors import Invalid
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://claims.example.com", "claims.example.com"),
        ("http://localhost:1885/base", "localhost"),
        ("http://192.0.2.1:1885", "192.0.2.1"),
        ("http://[2001:db8::1]:1885", ""),
    ],
)
def test_it_is_the_host_of_the_public_url_where_a_device_may_have_it(url: str, address: str) -> None:
    assert address_in(url) == address
    ids = v3.EndDeviceIdentifiers(device_id="sensor-1", application_ids={"application_id": "maker-app"})
    check(v3.EndDevice(ids=ids, join_server_address=address_in(url)))


def test_an_import_takes_no_address_that_its_devices_cannot_have() -> None:
    request = an_import("2001:db8::1")
    with pytest.raises(Invalid, match="server_address"):
        check(request)
    check(an_import("js.example.com:8884"))


def an_import(address: str) -> v1.CreateImportRequest:
    request = v1.CreateImportRequest(format_id="the-things-stack-csv", server_address=address)
    request.application_ids.application_id = "maker-app"
    return request
