"""The services about organizations: OrganizationRegistry and OrganizationAccess (ttn.lorawan.v3)."""

from google.protobuf.empty_pb2 import Empty

from claimstack.accounts import organizations
from claimstack.accounts.policy import AccountPolicy
from claimstack.accounts.store import Wanted
from claimstack.calls import Call
from claimstack.identity import EntityKeys, EntityMembers, Page
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3


class OrganizationRegistry:
    """Organizations."""

    def __init__(self, db: Database, policy: AccountPolicy) -> None:
        self._db, self._policy = db, policy

    async def Create(self, request: v3.CreateOrganizationRequest, call: Call) -> v3.Organization:
        return await self._db.transaction(
            organizations.create_organization, call.caller, request.organization, request.collaborator, call.micros
        )

    async def Get(self, request: v3.GetOrganizationRequest, call: Call) -> v3.Organization:
        uid, paths = request.organization_ids.organization_id, request.field_mask.paths
        return await self._db.read(organizations.get_organization, call.caller, uid, paths)

    async def List(self, request: v3.ListOrganizationsRequest, call: Call) -> v3.Organizations:
        page, wanted = Page.asked(request.limit, request.page, request.order), Wanted(deleted=request.deleted)
        found, total = await self._db.read(
            organizations.list_organizations,
            call.caller, request.collaborator, wanted, request.field_mask.paths, page,
        )  # fmt: skip
        call.total(total)
        return v3.Organizations(organizations=found)

    async def Update(self, request: v3.UpdateOrganizationRequest, call: Call) -> v3.Organization:
        return await self._db.transaction(
            organizations.update_organization,
            call.caller, request.organization, list(request.field_mask.paths), call.micros,
        )  # fmt: skip

    async def Delete(self, request: v3.OrganizationIdentifiers, call: Call) -> Empty:
        uid = request.organization_id
        await self._db.transaction(organizations.delete_organization, call.caller, uid, call.micros)
        return Empty()

    async def Restore(self, request: v3.OrganizationIdentifiers, call: Call) -> Empty:
        uid = request.organization_id
        await self._db.transaction(organizations.restore_organization, self._policy, call.caller, uid, call.micros)
        return Empty()

    async def Purge(self, request: v3.OrganizationIdentifiers, call: Call) -> Empty:
        uid = request.organization_id
        await self._db.transaction(organizations.purge_organization, call.caller, uid, call.micros)
        return Empty()


class OrganizationAccess:
    """Rights, API keys and members of an organization."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._keys = EntityKeys(db, vault, "organization")
        self._members = EntityMembers(db, "organization")

    async def ListRights(self, request: v3.OrganizationIdentifiers, call: Call) -> v3.Rights:
        return await self._keys.rights(call, request.organization_id)

    async def CreateAPIKey(self, request: v3.CreateOrganizationAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.create(call, request.organization_ids.organization_id, request)

    async def ListAPIKeys(self, request: v3.ListOrganizationAPIKeysRequest, call: Call) -> v3.APIKeys:
        return await self._keys.list(call, request.organization_ids.organization_id, request)

    async def GetAPIKey(self, request: v3.GetOrganizationAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.get(call, request.organization_ids.organization_id, request.key_id)

    async def UpdateAPIKey(self, request: v3.UpdateOrganizationAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.update(call, request.organization_ids.organization_id, request)

    async def DeleteAPIKey(self, request: v3.DeleteOrganizationAPIKeyRequest, call: Call) -> Empty:
        return await self._keys.delete(call, request.organization_ids.organization_id, request.key_id)

    async def GetCollaborator(
        self, request: v3.GetOrganizationCollaboratorRequest, call: Call
    ) -> v3.GetCollaboratorResponse:
        return await self._members.get(call, request.organization_ids.organization_id, request.collaborator)

    async def SetCollaborator(self, request: v3.SetOrganizationCollaboratorRequest, call: Call) -> Empty:
        return await self._members.set(call, request.organization_ids.organization_id, request.collaborator)

    async def ListCollaborators(self, request: v3.ListOrganizationCollaboratorsRequest, call: Call) -> v3.Collaborators:
        return await self._members.list(call, request.organization_ids.organization_id, request)

    async def DeleteCollaborator(self, request: v3.DeleteOrganizationCollaboratorRequest, call: Call) -> Empty:
        return await self._members.delete(call, request.organization_ids.organization_id, request.collaborator_ids)
