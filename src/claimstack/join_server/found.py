"""What the tables hold of a device that asks to join, and of a session: rows with names and types."""

from typing import NamedTuple, Protocol


class OfApplication(Protocol):
    """What a row has of the activation settings of the device's application; None where nothing is set."""

    @property
    def application(self) -> int: ...

    @property
    def settings_body(self) -> bytes | None: ...

    @property
    def kek_sealed(self) -> bytes | None: ...

    @property
    def kek_kek(self) -> int | None: ...


class Found(NamedTuple):
    """A device that somebody registered, with an entry on the Join Server; None: not set, or never happened.

    Nonces are those of the EUI pair, whoever had the device. `noted_at` is the time of the last change of them.
    """

    end_device: int
    application: int
    epoch: int
    join_eui: bytes
    dev_eui: bytes
    join_body: bytes
    settings_body: bytes | None
    kek_sealed: bytes | None
    kek_kek: int | None
    nwk_key_sealed: bytes | None
    nwk_key_kek: int | None
    app_key_sealed: bytes | None
    app_key_kek: int | None
    last_dev_nonce: int | None
    used_dev_nonces: bytes | None
    last_join_nonce: int | None
    last_rj_count_0: int | None
    last_rj_count_1: int | None
    noted_at: int | None
    joined_epoch: int


class FoundSession(NamedTuple):
    """A session under the present owner, with what says where the device is at home."""

    keys_sealed: bytes
    keys_kek: int
    end_device: int
    application: int
    join_eui: bytes
    dev_eui: bytes
    join_body: bytes | None
    settings_body: bytes | None
    kek_sealed: bytes | None
    kek_kek: int | None


class NowJoined(NamedTuple):
    """A device that has just joined, as events of its application name it."""

    end_device: int
    uid: str
    join_eui: bytes
    dev_eui: bytes
    epoch: int
    application: int
    application_uid: str
    session_key_id: bytes
