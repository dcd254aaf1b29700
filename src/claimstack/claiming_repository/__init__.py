"""Claiming on other Join Servers: which JoinEUIs are theirs, how they are spoken to, and claims that never get lost."""

from claimstack.claiming_repository.begin import count as count_attempt
from claimstack.claiming_repository.config import RepositoryError, read_repository
from claimstack.claiming_repository.repository import ClaimingRepository, open_repository
from claimstack.claiming_repository.service import UpstreamClaimRegistry

__all__ = [
    "ClaimingRepository",
    "RepositoryError",
    "UpstreamClaimRegistry",
    "count_attempt",
    "open_repository",
    "read_repository",
]
