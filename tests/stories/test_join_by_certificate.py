"""A network joins a device over mutual TLS, as it does in the field: a server's own process, its interop listener."""

import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.certificates import Authority, Pair
from tests.support.clusters import Cluster
from tests.support.devices import APP_KEY, DEV_EUI, JOIN_EUI
from tests.support.joining import join_req, join_request


def a_device(cluster: Cluster) -> None:
    """A device at home in 000013, on the Join Server only."""
    ids = {"device_id": "sensor-1", "join_eui": JOIN_EUI.hex(), "dev_eui": DEV_EUI.hex()}
    part = {"ids": ids, "root_keys": {"app_key": {"key": APP_KEY.hex()}}, "net_id": "000013"}
    mask = {"paths": ["root_keys.app_key.key", "net_id"]}
    application = {"application": {"ids": {"application_id": "app-one"}}}
    cluster.ok("POST", "/v3/users/admin/applications", application)
    cluster.ok("POST", "/v3/applications/app-one/devices", {"end_device": {"ids": ids}})
    path = "/v3/js/applications/app-one/devices/sensor-1"
    cluster.ok("PUT", path, {"end_device": part, "field_mask": mask})


def asked(cluster: Cluster, authority: Authority, pair: Pair | None, words: Any, path: str = "/") -> dict[str, Any]:
    """One message with that client certificate; httpx errors when there is no handshake."""
    context = ssl.create_default_context(cafile=str(authority.path))
    if pair is not None:
        context.load_cert_chain(pair.chain, pair.key)
    with httpx.Client(base_url=f"https://127.0.0.1:{cluster.ports['interop']}", verify=context, timeout=20) as client:
        answer = client.post(path, json=words)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def result(words: dict[str, Any]) -> str:
    return str(words["Result"]["ResultCode"])


def test_a_network_joins_a_device_over_mutual_tls(tmp_path: Path) -> None:
    authority, foreign = Authority.made(tmp_path, "ours"), Authority.made(tmp_path, "foreign")
    known, unknown, elsewhere = authority.issue("ns.example"), authority.issue("else.example"), foreign.issue("x")
    cluster = Cluster(tmp_path, authority, "js", "--interop-client-ca", str(authority.path), "--components", "js")
    try:
        a_device(cluster)
        peer = {"peer_id": "network-one", "net_ids": ["000013"], "certificate_subject": "ns.example"}
        cluster.ok("POST", "/claimstack/v1/peers", {"peer": {**peer, "trusted_certificates": authority.pem}})
        assert result(asked(cluster, authority, known, join_req(join_request(1)))) == "Success"
        assert result(asked(cluster, authority, known, join_req(join_request(1)), "/any/path")) == "JoinReqFailed"
        assert result(asked(cluster, authority, unknown, join_req(join_request(2)))) == "UnknownSender"
        for pair in (None, elsewhere):
            with pytest.raises(httpx.TransportError):
                asked(cluster, authority, pair, join_req(join_request(3)))
    finally:
        cluster.close()
