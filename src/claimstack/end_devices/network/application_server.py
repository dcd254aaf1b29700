"""`ttn.lorawan.v3.As`, as far as a client asks: no integrations, and no links, because no traffic passes here."""

from claimstack.calls import Call
from claimstack.errors import NotFound
from claimstack.identity import Right, authorize
from claimstack.storage import Database
from claimstack.wire import v3


class As:
    """`ttn.lorawan.v3.As`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetConfiguration(
        self, request: v3.GetAsConfigurationRequest, call: Call
    ) -> v3.GetAsConfigurationResponse:
        """Which integrations there are: none."""
        providers = v3.AsConfiguration.PubSub.Providers
        none = providers(mqtt=providers.DISABLED, nats=providers.DISABLED)
        configuration = v3.AsConfiguration(pubsub=v3.AsConfiguration.PubSub(providers=none))
        return v3.GetAsConfigurationResponse(configuration=configuration)

    async def GetLink(self, request: v3.GetApplicationLinkRequest, call: Call) -> v3.ApplicationLink:
        """There is none."""
        uid = request.application_ids.application_id
        await authorize(self._db, call.caller, "application", uid, Right.APPLICATION_SETTINGS_BASIC)
        raise NotFound(
            "pkg/applicationserver",
            "link_not_found",
            "application `{application_id}` is not linked: this server carries no traffic",
            application_id=uid,
        )
