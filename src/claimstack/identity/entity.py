"""An application, organization or user as somebody sees it: with the rights that this caller has on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from claimstack.errors import ClaimstackError, NotFound, PermissionDenied, Unauthenticated, invalid_field
from claimstack.identity.caller import EntityKind
from claimstack.identity.rights import ALL_RIGHTS, APPLICATION_RIGHTS, NO_RIGHTS, Right, Rights
from claimstack.wire import v3

# What a key or a collaborator can hold at all. Members and keys of organizations and keys of users also act on the
# applications of these, so theirs may be any right.
POSSIBLE = {"application": APPLICATION_RIGHTS, "organization": ALL_RIGHTS, "user": ALL_RIGHTS}


@dataclass(frozen=True, slots=True)
class Entity:
    """`id` is the surrogate key, `uid` the id in text, `rights` what the caller may do here (credential included)."""

    kind: EntityKind
    id: int
    uid: str
    rights: Rights = NO_RIGHTS
    deleted_at: int | None = None

    def identifiers(self) -> v3.EntityIdentifiers:
        """The entity in the contract's words."""
        return identifiers_of(self.kind, self.uid)

    def require(self, *needed: Right) -> None:
        """`no_…_rights` or `insufficient_…_rights` (PermissionDenied) unless every right is held."""
        if not self.rights:
            raise no_rights(self.kind, self.uid)
        self.require_all(Rights.of(*needed))

    def require_all(self, asked: int) -> None:
        """`insufficient_…_rights` unless the whole set is held: nobody grants what they do not hold."""
        missing = Rights(asked & ~self.rights)
        if missing:
            raise PermissionDenied(
                "pkg/auth/rights",
                f"insufficient_{self.kind}_rights",
                f"insufficient rights for {self.kind} `{{uid}}`: missing {{missing}}",
                uid=self.uid,
                missing=", ".join(missing.names()),  # a text: clients of the original format no lists
            )


def identifiers_of(kind: EntityKind, uid: str) -> v3.EntityIdentifiers:
    """`EntityIdentifiers` of an application, organization or user."""
    if kind == "application":
        return v3.EntityIdentifiers(application_ids=v3.ApplicationIdentifiers(application_id=uid))
    if kind == "organization":
        return v3.EntityIdentifiers(organization_ids=v3.OrganizationIdentifiers(organization_id=uid))
    return v3.EntityIdentifiers(user_ids=v3.UserIdentifiers(user_id=uid))


def rights_on(kind: EntityKind, numbers: Iterable[int]) -> Rights:
    """The set that is meant by these right numbers on such an entity; `ALL` means all that make sense there."""
    asked = list(numbers)
    meant = Rights.granted(number for number in asked if number != Right.ALL)
    if not POSSIBLE[kind].covers(meant):
        raise invalid_field("rights", f"expected rights that {kind} keys and collaborators can have")
    return POSSIBLE[kind] if Right.ALL in asked else meant


def unauthenticated() -> Unauthenticated:
    """No credential was presented where one is needed."""
    return Unauthenticated("pkg/identityserver", "unauthenticated", "unauthenticated")


def no_rights(kind: EntityKind, uid: str) -> PermissionDenied:
    """The answer to a stranger, whether or not the entity exists."""
    return PermissionDenied("pkg/auth/rights", f"no_{kind}_rights", f"no rights for {kind} `{{uid}}`", uid=uid)


def not_found(kind: EntityKind, uid: str) -> ClaimstackError:
    """There is no such entity (any more), said to somebody who may know."""
    return NotFound(
        "pkg/identityserver/store",
        f"{kind}_not_found",
        f"{kind} `{{{kind}_id}}` not found",
        **{f"{kind}_id": uid},
    )
