"""The part of `ttn.lorawan.v3.EntityRegistrySearch` that is about users and organizations."""

from claimstack.accounts.search import search_accounts, search_organizations, search_users
from claimstack.calls import Call
from claimstack.storage import Database
from claimstack.wire import v3


class AccountSearch:
    """Finds users, organizations and accounts; totals go into the header."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def SearchUsers(self, request: v3.SearchUsersRequest, call: Call) -> v3.Users:
        """One page of the users found; for admins."""
        found, total = await self._db.read(search_users, call.caller, request)
        call.total(total)
        return v3.Users(users=found)

    async def SearchOrganizations(self, request: v3.SearchOrganizationsRequest, call: Call) -> v3.Organizations:
        """One page of the organizations found."""
        found, total = await self._db.read(search_organizations, call.caller, request)
        call.total(total)
        return v3.Organizations(organizations=found)

    async def SearchAccounts(self, request: v3.SearchAccountsRequest, call: Call) -> v3.SearchAccountsResponse:
        """The ids of accounts that could become collaborators."""
        return await self._db.read(search_accounts, call.caller, request)
