"""Who asks: a user, an organization or an application, by session, token or API key; or nobody in particular."""

from dataclasses import dataclass
from typing import Literal

from claimstack.identity.rights import NO_RIGHTS, Rights

EntityKind = Literal["user", "organization", "application"]
Credential = Literal["none", "session", "access_token", "api_key", "login"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated author of a request.

    `kind` and `entity` (surrogate key) say on whose behalf; `uid` is the id in text; `ceiling` bounds what the
    credential may do, whatever rights its owner has; `credential_id` is the public id of the key, token or session.
    """

    kind: EntityKind | None = None
    entity: int = 0
    uid: str = ""
    admin: bool = False
    credential: Credential = "none"
    credential_id: str = ""
    ceiling: Rights = NO_RIGHTS
    client_id: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether no credential was presented."""
        return self.kind is None

    @property
    def principal(self) -> str:
        """Stable name of the person or organization (not of the key): the surrogate, never given to another."""
        return f"{self.kind}:{self.entity}" if self.kind else "anonymous"

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}" if self.kind else "anonymous"


ANONYMOUS = Caller()
