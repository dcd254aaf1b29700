"""The Join Server's services that are not about one device (ttn.lorawan.v3)."""

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.join_server import activation_settings
from claimstack.lorawan import EUI64Prefix, JoinEUI
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3


class Js:
    """`ttn.lorawan.v3.Js`."""

    def __init__(self, settings: Settings) -> None:
        self._prefixes = [EUI64Prefix.parse(text) for text in settings.join_eui_prefixes]
        self._default = JoinEUI.parse(settings.default_join_eui)

    async def GetJoinEUIPrefixes(self, request: Empty, call: Call) -> v3.JoinEUIPrefixes:
        """The JoinEUIs that this Join Server answers for."""
        prefixes = [v3.JoinEUIPrefix(join_eui=bytes(one.first), length=one.length) for one in self._prefixes]
        return v3.JoinEUIPrefixes(prefixes=prefixes)

    async def GetDefaultJoinEUI(self, request: Empty, call: Call) -> v3.GetDefaultJoinEUIResponse:
        """The JoinEUI for devices that have none."""
        return v3.GetDefaultJoinEUIResponse(join_eui=bytes(self._default))


class ApplicationActivationSettingRegistry:
    """`ttn.lorawan.v3.ApplicationActivationSettingRegistry`."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def Get(
        self, request: v3.GetApplicationActivationSettingsRequest, call: Call
    ) -> v3.ApplicationActivationSettings:
        """The masked settings."""
        uid, paths = request.application_ids.application_id, request.field_mask.paths
        return await activation_settings.get_settings(self._db, self._vault, call.caller, uid, paths)

    async def Set(
        self, request: v3.SetApplicationActivationSettingsRequest, call: Call
    ) -> v3.ApplicationActivationSettings:
        """Change what the mask names."""
        uid, paths = request.application_ids.application_id, request.field_mask.paths
        return await self._db.transaction(
            activation_settings.set_settings, self._vault, call.caller, uid, request.settings, paths, call.micros
        )

    async def Delete(self, request: v3.DeleteApplicationActivationSettingsRequest, call: Call) -> Empty:
        """Delete the settings."""
        uid = request.application_ids.application_id
        await self._db.transaction(activation_settings.delete_settings, call.caller, uid)
        return Empty()
