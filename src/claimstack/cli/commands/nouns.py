"""The registries that look alike: applications, organizations and users, in the contract's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.flags import Switch


@dataclass(frozen=True, slots=True)
class Noun:
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
    raise Failure(
        "no_collaborator", "no user or organization given", "add --user-id or --organization-id"
    )


def paging(default_limit: int = 50) -> list[click.Parameter]:
    """`--limit` and `--page`."""
    return [
        click.Option(["--limit"], type=int, default=default_limit, show_default=True, metavar="N",
                     help="how many results to a page"),
        click.Option(["--page"], type=int, default=1, show_default=True, metavar="N",
                     help="which page, from 1"),
    ]  # fmt: skip


def order() -> click.Option:
    """`--order`."""
    text = "field to sort by; -FIELD for the other way round"
    return click.Option(["--order"], metavar="FIELD", default="", help=text)


def deleted() -> click.Option:
    """`--deleted`."""
    return Switch(["--deleted"], default=False, help="what was deleted and may be restored")


def mask(paths: list[str]) -> dict[str, list[str]]:
    """A field mask as the contract's JSON has it."""
    return {"paths": paths}
