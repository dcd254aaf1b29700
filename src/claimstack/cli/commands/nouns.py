"""The registries that look alike: applications, organizations and users, in the contract's words."""

from __future__ import annotations

from typing import Any, NamedTuple

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.option import Option, switch


class Noun(NamedTuple):
    """How the contract names one kind of entity; `rights` are prefixes of rights it can give."""

    name: str
    plural: str
    message: str
    rights: tuple[str, ...]
    owned: bool = True  # somebody is made its collaborator when it is created

    @property
    def id(self) -> str:
        """Name of its identifier: `application_id`."""
        return f"{self.name}_id"

    @property
    def ids(self) -> str:
        """Name of its identifiers in requests: `application_ids`."""
        return f"{self.name}_ids"

    @property
    def registry(self) -> str:
        """Service that keeps it: `ApplicationRegistry`."""
        return f"{self.message}Registry"

    @property
    def access(self) -> str:
        """Service for its API keys and collaborators: `ApplicationAccess`."""
        return f"{self.message}Access"

    @property
    def search(self) -> str:
        """RPC that searches for it."""
        return f"EntityRegistrySearch/Search{self.message}s"


APPLICATION = Noun("application", "applications", "Application", ("RIGHT_APPLICATION_",))
ORGANIZATION = Noun(
    "organization", "organizations", "Organization",
    ("RIGHT_ORGANIZATION_", "RIGHT_APPLICATION_", "RIGHT_GATEWAY_", "RIGHT_CLIENT_"),
)  # fmt: skip
USER = Noun(
    "user", "users", "User",
    ("RIGHT_USER_", "RIGHT_ORGANIZATION_", "RIGHT_APPLICATION_", "RIGHT_GATEWAY_", "RIGHT_CLIENT_"),
    owned=False,
)  # fmt: skip


def needed(value: str | None, name: str) -> str:
    """An identifier that the command cannot do without."""
    if not value:
        flag = name.replace("_", "-")
        raise Failure(f"no_{name}", f"no {name.replace('_', ' ')} given", f"add it, or --{flag}")
    return value


def collaborator_ids(user_id: str | None, organization_id: str | None) -> dict[str, Any]:
    """The identifiers of a user or an organization; Failure without one."""
    if user_id:
        return {"user_ids": {"user_id": user_id}}
    if organization_id:
        return {"organization_ids": {"organization_id": organization_id}}
    raise Failure("no_collaborator", "no user or organization given", "add --user-id or --organization-id")


def paging(default_limit: int = 50) -> list[Option]:
    """`--limit` and `--page`."""
    return [
        Option("limit", kind=int, default=default_limit, metavar="N",
                     text="how many results to a page"),
        Option("page", kind=int, default=1, metavar="N",
                     text="which page, from 1"),
    ]  # fmt: skip


def order() -> Option:
    """`--order`."""
    text = "field to sort by; -FIELD for the other way round"
    return Option("order", metavar="FIELD", default="", text=text)


def deleted() -> Option:
    """`--deleted`."""
    return switch("deleted", default=False, text="what was deleted and may be restored")


def mask(paths: list[str]) -> dict[str, list[str]]:
    """A field mask as the contract's JSON has it."""
    return {"paths": paths}
