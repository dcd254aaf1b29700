"""Two clusters: `far` has the devices of a maker, `near` claims there, over lines that can be cut."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.cut import Line
from tests.support.house import House, People, house_settings, people_of
from tests.support.makers import Network, open_application

MAIN = """
join-servers:
  - {file: network.yml, join-euis: [EC656E0000000000/40], type: ttjsv2}
  - {file: sister.yml, join-euis: [EC656E0100000000/40], type: claimstack}
"""
BY_NETWORK, BY_API = "EC656E0000000001", "EC656E0100000001"
RIGHTS = [f"RIGHT_APPLICATION_DEVICES_{name}" for name in ("READ", "WRITE", "READ_KEYS", "WRITE_KEYS")]


class Two(NamedTuple):
    """The clusters, the maker of the far one, the owner of the near one, the line, and near as far knows it."""

    far: House
    near: House
    makers: People
    owners: People
    line: Line
    maker_app: str
    owner_app: str
    network: Network


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Both clusters on one engine each way: far on SQLite, near on the one that is asked for."""
    folder: Callable[[str], Path] = tmp_path_factory.mktemp
    far = House(house_settings(folder("far"), ""))
    makers, line = people_of(far), Line(far.server.http_port)
    repository = folder("repository")
    network = _write(repository, far, makers, line)
    name = folder("near")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").create(name.name)
    near = House(house_settings(name, url, claiming_repository=repository, net_id="000013", as_id="as.near"))
    owners = people_of(near)
    maker_app, owner_app = open_application(far, makers.maker), near.application(owners.owner, "owner-app")
    yield Two(far, near, makers, owners, line, maker_app, owner_app, network)
    near.close()
    far.close()
    line.close()


def _write(repository: Path, far: House, makers: People, line: Line) -> Network:
    network = Network(far, as_ids=["as.near"])
    holding = far.application(makers.stranger, "sister")
    key = far.application_key(holding, makers.stranger.key, *RIGHTS)
    url = f"http://127.0.0.1:{line.port}"
    (repository / "config.yml").write_text(MAIN)
    (repository / "network.yml").write_text(
        f"url: {url}/\nbasic-auth: {{username: {network.user}, password: {network.password}}}\n"
    )
    (repository / "sister.yml").write_text(f"url: {url}\napplication-id: {holding}\napi-key: {key}\n")
    return network
