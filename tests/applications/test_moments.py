"""Moments of the contract and of the database."""

from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from claimstack.applications import micros, put


@given(st.integers(min_value=-(2**53), max_value=2**53))
def test_a_moment_comes_back_as_it_was(moment: int) -> None:
    written = Timestamp()
    put(written, moment)
    assert 0 <= written.nanos < 1_000_000_000
    assert micros(written) == moment


def test_what_is_below_a_microsecond_is_cut() -> None:
    assert micros(Timestamp(seconds=1, nanos=1999)) == 1_000_001
