"""The application services of the contract: words in, verb, words out."""

from google.protobuf.empty_pb2 import Empty

from claimstack.applications import dev_euis, lists, register
from claimstack.calls import Call
from claimstack.identity import EntityKeys, EntityMembers
from claimstack.lorawan import EUI64Prefix
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3


class ApplicationRegistry:
    """`ttn.lorawan.v3.ApplicationRegistry`."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._hours = settings.restore_hours
        self._block = EUI64Prefix.parse(settings.dev_eui_block) if settings.dev_eui_block else None
        self._limit = settings.dev_eui_limit

    async def Create(self, request: v3.CreateApplicationRequest, call: Call) -> v3.Application:
        """Create an application for a user or an organization."""
        return await self._db.transaction(
            register.create_application, call.caller, request.application, request.collaborator, call.micros
        )

    async def Get(self, request: v3.GetApplicationRequest, call: Call) -> v3.Application:
        """The masked fields of one application."""
        uid = request.application_ids.application_id
        return await register.get_application(self._db, call.caller, uid, request.field_mask.paths)

    async def List(self, request: v3.ListApplicationsRequest, call: Call) -> v3.Applications:
        """One page of applications; the total goes into the header."""
        found, total = await self._db.read(lists.list_applications, call.caller, request)
        call.total(total)
        return v3.Applications(applications=found)

    async def Update(self, request: v3.UpdateApplicationRequest, call: Call) -> v3.Application:
        """Change what the mask names."""
        return await self._db.transaction(
            register.update_application, call.caller, request.application, request.field_mask.paths, call.micros
        )

    async def Delete(self, request: v3.ApplicationIdentifiers, call: Call) -> Empty:
        """Delete, for a time restorably."""
        await self._db.transaction(register.delete_application, call.caller, request.application_id, call.micros)
        return Empty()

    async def Restore(self, request: v3.ApplicationIdentifiers, call: Call) -> Empty:
        """Take a delete back."""
        await self._db.transaction(
            register.restore_application, call.caller, request.application_id, self._hours, call.micros
        )
        return Empty()

    async def Purge(self, request: v3.ApplicationIdentifiers, call: Call) -> Empty:
        """Remove for good; admins only."""
        await self._db.transaction(register.purge_application, call.caller, request.application_id, call.micros)
        return Empty()

    async def IssueDevEUI(self, request: v3.ApplicationIdentifiers, call: Call) -> v3.IssueDevEUIResponse:
        """The next DevEUI of the server's block."""
        dev_eui = await self._db.transaction(
            dev_euis.issue_dev_eui, call.caller, request.application_id, self._block, self._limit
        )
        return v3.IssueDevEUIResponse(dev_eui=bytes(dev_eui))


class ApplicationAccess:
    """`ttn.lorawan.v3.ApplicationAccess`."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._keys = EntityKeys(db, vault, "application")
        self._members = EntityMembers(db, "application")

    async def ListRights(self, request: v3.ApplicationIdentifiers, call: Call) -> v3.Rights:
        """The caller's own rights."""
        return await self._keys.rights(call, request.application_id)

    async def CreateAPIKey(self, request: v3.CreateApplicationAPIKeyRequest, call: Call) -> v3.APIKey:
        """Make a key; its secret is in the answer, and nowhere else."""
        return await self._keys.create(call, request.application_ids.application_id, request)

    async def ListAPIKeys(self, request: v3.ListApplicationAPIKeysRequest, call: Call) -> v3.APIKeys:
        """One page of keys."""
        return await self._keys.list(call, request.application_ids.application_id, request)

    async def GetAPIKey(self, request: v3.GetApplicationAPIKeyRequest, call: Call) -> v3.APIKey:
        """One key."""
        return await self._keys.get(call, request.application_ids.application_id, request.key_id)

    async def UpdateAPIKey(self, request: v3.UpdateApplicationAPIKeyRequest, call: Call) -> v3.APIKey:
        """Change a key; without rights it is deleted."""
        return await self._keys.update(call, request.application_ids.application_id, request)

    async def DeleteAPIKey(self, request: v3.DeleteApplicationAPIKeyRequest, call: Call) -> Empty:
        """Delete a key."""
        return await self._keys.delete(call, request.application_ids.application_id, request.key_id)

    async def GetCollaborator(
        self, request: v3.GetApplicationCollaboratorRequest, call: Call
    ) -> v3.GetCollaboratorResponse:
        """The rights of one collaborator."""
        return await self._members.get(call, request.application_ids.application_id, request.collaborator)

    async def SetCollaborator(self, request: v3.SetApplicationCollaboratorRequest, call: Call) -> Empty:
        """Add, change or (without rights) remove a collaborator."""
        return await self._members.set(call, request.application_ids.application_id, request.collaborator)

    async def ListCollaborators(self, request: v3.ListApplicationCollaboratorsRequest, call: Call) -> v3.Collaborators:
        """One page of collaborators."""
        return await self._members.list(call, request.application_ids.application_id, request)

    async def DeleteCollaborator(self, request: v3.DeleteApplicationCollaboratorRequest, call: Call) -> Empty:
        """Remove a collaborator."""
        return await self._members.delete(call, request.application_ids.application_id, request.collaborator_ids)


class ApplicationSearch:
    """The part of `ttn.lorawan.v3.EntityRegistrySearch` that is about applications."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def SearchApplications(self, request: v3.SearchApplicationsRequest, call: Call) -> v3.Applications:
        """One page of what was found; the total goes into the header."""
        found, total = await self._db.read(lists.search_applications, call.caller, request)
        call.total(total)
        return v3.Applications(applications=found)
