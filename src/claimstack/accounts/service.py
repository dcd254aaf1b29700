"""The services about users: UserRegistry, UserAccess, UserInvitationRegistry and Is (ttn.lorawan.v3)."""

import os

from google.protobuf.empty_pb2 import Empty

from claimstack.accounts import invitations, users
from claimstack.accounts import mail as letters
from claimstack.accounts.mail import Mail
from claimstack.accounts.passwords import change_password, send_temporary_password
from claimstack.accounts.policy import AccountPolicy, check_password
from claimstack.accounts.store import Wanted
from claimstack.calls import Call
from claimstack.errors import invalid_field
from claimstack.identity import ALL_RIGHTS, Caller, EntityKeys, Page, authorize, no_rights, unauthenticated
from claimstack.identity.logins import create_login_token, new_login_token, throttle
from claimstack.storage import Database
from claimstack.vault import Secret, Vault, hash_password
from claimstack.wire import v3


class Is:
    """Tells clients how the Identity Server is set up."""

    def __init__(self, policy: AccountPolicy) -> None:
        self._policy = policy

    async def GetConfiguration(
        self, request: v3.GetIsConfigurationRequest, call: Call
    ) -> v3.GetIsConfigurationResponse:
        return v3.GetIsConfigurationResponse(configuration=self._policy.configuration())


class UserRegistry:
    """Users. `counted` is where attempts are counted: by themselves, so that no repeat of a request skips it."""

    def __init__(
        self, db: Database, vault: Vault, policy: AccountPolicy, mail: Mail | None, counted: Database | None = None
    ) -> None:
        self._db, self._vault, self._policy, self._mail = db, vault, policy, mail
        self._counted = counted or db

    async def Create(self, request: v3.CreateUserRequest, call: Call) -> v3.User:
        user, invitation = request.user, request.invitation_token
        self._policy.state_of_new_user(by_admin=call.caller.admin, invited=bool(invitation))
        if not user.primary_email_address:
            raise invalid_field("user.primary_email_address", "expected a mail address")
        check_password(user.password, user.ids.user_id, user.primary_email_address)
        if not call.caller.admin:
            await throttle.admit(self._counted, throttle.sign_up_subject(call.remote), call.micros)
        hashed = await hash_password(Secret(user.password.encode()))
        draft = users.Draft(user, hashed, await self._temporary(user, call.caller), invitation)
        return await self._db.transaction(users.create_user, self._vault, self._policy, call.caller, draft, call.micros)

    async def Get(self, request: v3.GetUserRequest, call: Call) -> v3.User:
        uid = request.user_ids.user_id
        return await self._db.read(users.get_user, call.caller, uid, request.field_mask.paths)

    async def List(self, request: v3.ListUsersRequest, call: Call) -> v3.Users:
        page, wanted = Page.asked(request.limit, request.page, request.order), Wanted(deleted=request.deleted)
        found, total = await self._db.read(users.list_users, call.caller, wanted, request.field_mask.paths, page)
        call.total(total)
        return v3.Users(users=found)

    async def Update(self, request: v3.UpdateUserRequest, call: Call) -> v3.User:
        paths = list(request.field_mask.paths)
        temporary = await self._temporary(request.user, call.caller) if "temporary_password" in paths else None
        return await self._db.transaction(
            users.update_user, self._policy, call.caller, request.user, temporary, paths, call.micros
        )

    async def CreateTemporaryPassword(self, request: v3.CreateTemporaryPasswordRequest, call: Call) -> Empty:
        mail = letters.needed(self._mail, "an admin can set one: users set USER --temporary-password")
        await throttle.admit(self._counted, throttle.forgotten_subject(call.remote), call.micros)
        await send_temporary_password(self._db, self._policy, mail, request.user_ids.user_id, call.micros)
        return Empty()

    async def UpdatePassword(self, request: v3.UpdateUserPasswordRequest, call: Call) -> Empty:
        uid, old = request.user_ids.user_id, Secret(request.old.encode())
        against = throttle.subjects(self._vault, uid, call.remote)
        await throttle.admit(self._counted, against, call.micros)
        await change_password(self._db, uid, old, request.new, request.revoke_all_access, call.micros)
        await throttle.refund(self._counted, against)
        return Empty()

    async def Delete(self, request: v3.UserIdentifiers, call: Call) -> Empty:
        await self._db.transaction(users.delete_user, call.caller, request.user_id, call.micros)
        return Empty()

    async def Restore(self, request: v3.UserIdentifiers, call: Call) -> Empty:
        await self._db.transaction(users.restore_user, self._policy, call.caller, request.user_id, call.micros)
        return Empty()

    async def Purge(self, request: v3.UserIdentifiers, call: Call) -> Empty:
        await self._db.transaction(users.purge_user, call.caller, request.user_id, call.micros)
        return Empty()

    async def _temporary(self, user: v3.User, caller: Caller) -> str | None:
        if not user.temporary_password or not caller.admin:
            return None
        check_password(user.temporary_password, user.ids.user_id)
        return await hash_password(Secret(user.temporary_password.encode()))


class UserAccess:
    """Rights, API keys and login tokens of a user."""

    def __init__(self, db: Database, vault: Vault, policy: AccountPolicy, mail: Mail | None) -> None:
        self._db, self._vault, self._policy, self._mail = db, vault, policy, mail
        self._keys = EntityKeys(db, vault, "user")

    async def ListRights(self, request: v3.UserIdentifiers, call: Call) -> v3.Rights:
        return await self._keys.rights(call, request.user_id)

    async def CreateAPIKey(self, request: v3.CreateUserAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.create(call, request.user_ids.user_id, request)

    async def ListAPIKeys(self, request: v3.ListUserAPIKeysRequest, call: Call) -> v3.APIKeys:
        return await self._keys.list(call, request.user_ids.user_id, request)

    async def GetAPIKey(self, request: v3.GetUserAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.get(call, request.user_ids.user_id, request.key_id)

    async def UpdateAPIKey(self, request: v3.UpdateUserAPIKeyRequest, call: Call) -> v3.APIKey:
        return await self._keys.update(call, request.user_ids.user_id, request)

    async def DeleteAPIKey(self, request: v3.DeleteUserAPIKeyRequest, call: Call) -> Empty:
        return await self._keys.delete(call, request.user_ids.user_id, request.key_id)

    async def CreateLoginToken(self, request: v3.CreateLoginTokenRequest, call: Call) -> v3.CreateLoginTokenResponse:
        """For the user itself or an admin, by an unbounded credential; mailed where that is possible."""
        uid, caller = request.user_ids.user_id, call.caller
        if caller.anonymous:
            raise unauthenticated()
        if not (caller.admin or (caller.kind == "user" and caller.uid == uid and caller.ceiling.covers(ALL_RIGHTS))):
            raise no_rights("user", uid)
        user = await authorize(self._db, caller, "user", uid)
        token = new_login_token(os.urandom(47))
        await self._db.transaction(create_login_token, self._vault, user.id, uid, token, call.micros)
        if request.skip_email or self._mail is None:
            return v3.CreateLoginTokenResponse(token=token.text().reveal().decode())
        row = await users.get_user(self._db, caller, uid, ["primary_email_address"])
        await self._mail(letters.login(row.primary_email_address, self._policy.login_link(token.text())))
        return v3.CreateLoginTokenResponse()


class UserInvitationRegistry:
    """Invitations."""

    def __init__(self, db: Database, vault: Vault, policy: AccountPolicy, mail: Mail | None) -> None:
        self._db, self._vault, self._policy, self._mail = db, vault, policy, mail

    async def Send(self, request: v3.SendInvitationRequest, call: Call) -> v3.Invitation:
        """Without mail, the token is in the answer: the sender passes it on."""
        made, token = await self._db.transaction(
            invitations.send_invitation,
            self._vault,
            self._policy,
            call.caller,
            request.email,
            os.urandom(32),
            call.micros,
        )
        if self._mail is None:
            made.token = token.text().reveal().decode()
            call.warn("no mail is configured: the token is in the answer; pass it on yourself")
        else:
            await self._mail(letters.invitation(made.email, self._policy.invitation_link(token.text())))
        return made

    async def List(self, request: v3.ListInvitationsRequest, call: Call) -> v3.Invitations:
        page = Page.asked(request.limit, request.page)
        found, total = await self._db.read(invitations.list_invitations, call.caller, page)
        call.total(total)
        return v3.Invitations(invitations=found)

    async def Delete(self, request: v3.DeleteInvitationRequest, call: Call) -> Empty:
        await self._db.transaction(invitations.delete_invitation, call.caller, request.email)
        return Empty()
