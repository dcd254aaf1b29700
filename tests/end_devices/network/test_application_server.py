"""What clients ask the Application Server."""

import pytest

from claimstack.end_devices import As
from claimstack.errors import NotFound, PermissionDenied
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import a_call


async def test_there_are_no_integrations(house: House) -> None:
    answer = await As(house.db).GetConfiguration(v3.GetAsConfigurationRequest(), a_call(house.stranger))
    assert answer.configuration.pubsub.providers.mqtt == v3.AsConfiguration.PubSub.Providers.DISABLED


async def test_no_application_is_linked_and_strangers_do_not_hear_it(house: House) -> None:
    request = v3.GetApplicationLinkRequest(application_ids={"application_id": "maker-app"})
    with pytest.raises(NotFound, match="link_not_found"):
        await As(house.db).GetLink(request, a_call(house.maker))
    with pytest.raises(PermissionDenied):
        await As(house.db).GetLink(request, a_call(house.stranger))
