"""The small YAML reader agrees with PyYAML on everything it dares to read."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import yaml_file

WRITTEN_BY_USE = """credentials-id: localhost
insecure: true
ca: ""
oauth-server-address: http://localhost/oauth
identity-server-grpc-address: localhost:1884
retry:
  max: 3
  default-timeout: 100ms
# a comment
log:
    level: "debug"
"""


def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def test_what_use_writes_is_read_without_pyyaml() -> None:
    assert yaml_file.simple(WRITTEN_BY_USE) == flat(yaml.safe_load(WRITTEN_BY_USE))


LINES = st.lists(st.text(alphabet=" :-#'\"abT01.[]{}&*!|>%@~,yesnoul/ms", max_size=12), max_size=4).map("\n".join)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", " a", "  b", "c d", "log.level"]),
        st.sampled_from([":", ": ", " : "]),
        st.text(alphabet=" :-#'\"abT01.yesnoul/ms@+~", max_size=8),
    ).map("".join),
    max_size=4,
).map("\n".join)


@given(LINES | PAIRS)
def test_where_the_small_reader_reads_it_agrees_with_pyyaml(text: str) -> None:
    try:
        found = yaml_file.simple(text)
    except yaml_file.NotSimple:
        return
    whole = yaml.safe_load(text)
    table = {k: v for k, v in flat(whole if isinstance(whole, dict) else {}).items() if v is not None}
    assert {k: v for k, v in found.items() if v is not None} == {str(k): v for k, v in table.items()}


def test_other_yaml_goes_to_pyyaml(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("log: {level: debug}\nca: |\n  two\n  lines\n")
    assert yaml_file.read(str(path)) == {"log.level": "debug", "ca": "two\nlines\n"}


def test_a_missing_file_is_empty_and_a_broken_one_an_error(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    assert yaml_file.read(str(path)) == {}
    path.write_text("a: [1")
    with pytest.raises(Failure, match="is not YAML"):
        yaml_file.read(str(path))
