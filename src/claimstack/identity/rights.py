"""Who may do what: the rights of the contract (`ttn.lorawan.v3.Right`) as a bit set.

A right of the form `…_ALL` stands for every right of its kind; `ALL` stands for all. Sets are kept expanded, so that
granting, intersecting and asking are plain bit operations.
"""

from collections.abc import Iterable
from enum import IntEnum
from functools import reduce


class Right(IntEnum):
    """One right; the value is its number in the contract."""

    USER_INFO = 1
    USER_SETTINGS_BASIC = 2
    USER_SETTINGS_API_KEYS = 3
    USER_DELETE = 4
    USER_AUTHORIZED_CLIENTS = 5
    USER_APPLICATIONS_LIST = 6
    USER_APPLICATIONS_CREATE = 7
    USER_GATEWAYS_LIST = 8
    USER_GATEWAYS_CREATE = 9
    USER_CLIENTS_LIST = 10
    USER_CLIENTS_CREATE = 11
    USER_ORGANIZATIONS_LIST = 12
    USER_ORGANIZATIONS_CREATE = 13
    USER_ALL = 14
    APPLICATION_INFO = 15
    APPLICATION_SETTINGS_BASIC = 16
    APPLICATION_SETTINGS_API_KEYS = 17
    APPLICATION_SETTINGS_COLLABORATORS = 18
    APPLICATION_DELETE = 19
    APPLICATION_DEVICES_READ = 20
    APPLICATION_DEVICES_WRITE = 21
    APPLICATION_DEVICES_READ_KEYS = 22
    APPLICATION_DEVICES_WRITE_KEYS = 23
    APPLICATION_TRAFFIC_READ = 24
    APPLICATION_TRAFFIC_UP_WRITE = 25
    APPLICATION_TRAFFIC_DOWN_WRITE = 26
    APPLICATION_LINK = 27
    APPLICATION_ALL = 28
    CLIENT_ALL = 29
    GATEWAY_INFO = 30
    GATEWAY_SETTINGS_BASIC = 31
    GATEWAY_SETTINGS_API_KEYS = 32
    GATEWAY_SETTINGS_COLLABORATORS = 33
    GATEWAY_DELETE = 34
    GATEWAY_TRAFFIC_READ = 35
    GATEWAY_TRAFFIC_DOWN_WRITE = 36
    GATEWAY_LINK = 37
    GATEWAY_STATUS_READ = 38
    GATEWAY_LOCATION_READ = 39
    GATEWAY_ALL = 40
    ORGANIZATION_INFO = 41
    ORGANIZATION_SETTINGS_BASIC = 42
    ORGANIZATION_SETTINGS_API_KEYS = 43
    ORGANIZATION_SETTINGS_MEMBERS = 44
    ORGANIZATION_DELETE = 45
    ORGANIZATION_APPLICATIONS_LIST = 46
    ORGANIZATION_APPLICATIONS_CREATE = 47
    ORGANIZATION_GATEWAYS_LIST = 48
    ORGANIZATION_GATEWAYS_CREATE = 49
    ORGANIZATION_CLIENTS_LIST = 50
    ORGANIZATION_CLIENTS_CREATE = 51
    ORGANIZATION_ADD_AS_COLLABORATOR = 52
    ORGANIZATION_ALL = 53
    SEND_INVITES = 54
    ALL = 55
    APPLICATION_SETTINGS_PACKAGES = 56
    GATEWAY_WRITE_SECRETS = 57
    GATEWAY_READ_SECRETS = 58
    USER_NOTIFICATIONS_READ = 59
    CLIENT_INFO = 60
    CLIENT_SETTINGS_BASIC = 61
    CLIENT_SETTINGS_COLLABORATORS = 62
    CLIENT_DELETE = 63


_KINDS = ("USER", "APPLICATION", "CLIENT", "GATEWAY", "ORGANIZATION")


class Rights(int):
    """A set of rights; bit n-1 stands for right number n. Fits a signed 64-bit column."""

    @classmethod
    def of(cls, *rights: Right) -> "Rights":
        """Exactly these rights, nothing expanded."""
        return cls(reduce(lambda bits, right: bits | 1 << (right - 1), rights, 0))

    @classmethod
    def granted(cls, numbers: Iterable[int]) -> "Rights":
        """What a grant of these right numbers means, with `…_ALL` expanded; unknown numbers are left out."""
        known = [Right(number) for number in numbers if number in Right._value2member_map_]
        return cls(reduce(lambda bits, right: bits | _EXPANDED[right], known, 0))

    def has(self, *rights: Right) -> bool:
        """Whether every one of these rights is in the set."""
        needed = Rights.of(*rights)
        return self & needed == needed

    def covers(self, other: int) -> bool:
        """Whether the other set is a subset of this one."""
        return not other & ~self

    def numbers(self) -> list[int]:
        """The right numbers in ascending order, as the contract lists them."""
        return [number for number in range(1, 64) if self >> (number - 1) & 1]

    def collapsed(self) -> list[int]:
        """The right numbers, with a complete kind said by its `…_ALL` and everything by `ALL`, as people grant them."""
        if self == ALL_RIGHTS:
            return [Right.ALL]
        whole = [right for right in Right if right.name.endswith("_ALL") and self.covers(_EXPANDED[right])]
        said = reduce(lambda bits, right: bits | _EXPANDED[right], whole, 0)
        return sorted([*whole, *Rights(self & ~said).numbers()])

    def names(self) -> list[str]:
        """The contract's names, in ascending order of their numbers."""
        return [f"RIGHT_{Right(number).name}" for number in self.numbers()]

    def both(self, other: int) -> "Rights":
        """What is in this set and in the other."""
        return Rights(self & other)

    def either(self, other: int) -> "Rights":
        """What is in this set or in the other."""
        return Rights(self | other)


def _expanded(right: Right) -> Rights:
    if right is Right.ALL:
        return Rights.of(*Right)
    kind = right.name.removesuffix("_ALL")
    if right.name.endswith("_ALL") and kind in _KINDS:
        return Rights.of(*(one for one in Right if one.name.startswith(f"{kind}_")))
    return Rights.of(right)


_EXPANDED = {right: _expanded(right) for right in Right}

NO_RIGHTS = Rights(0)
ALL_RIGHTS = _EXPANDED[Right.ALL]
APPLICATION_RIGHTS = _EXPANDED[Right.APPLICATION_ALL]
ORGANIZATION_RIGHTS = _EXPANDED[Right.ORGANIZATION_ALL]
USER_RIGHTS = _EXPANDED[Right.USER_ALL]
