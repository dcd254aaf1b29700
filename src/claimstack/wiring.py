"""The one place where things are put together, in plain code: read from top to bottom in a minute."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from claimstack.accounts import (
    AccountPolicy,
    AccountSearch,
    Is,
    OrganizationAccess,
    OrganizationRegistry,
    UserAccess,
    UserInvitationRegistry,
    UserRegistry,
    mail_by,
)
from claimstack.applications import ApplicationAccess, ApplicationRegistry, ApplicationSearch
from claimstack.assets import asset_routes
from claimstack.audit import AuditRegistry
from claimstack.calls import Call
from claimstack.claim_page import claim_routes
from claimstack.claiming import (
    ClaimabilityRegistry,
    ClaimCaps,
    Claims,
    EndDeviceBatchClaimingServer,
    EndDeviceClaimingServer,
    EndDeviceQRCodeGenerator,
    LedgerRegistry,
    NoUpstream,
    ReleaseRegistry,
    Upstream,
)
from claimstack.claiming_repository import UpstreamClaimRegistry, open_repository
from claimstack.clock import to_micros
from claimstack.components import selected
from claimstack.console import console_routes
from claimstack.device_templates import MAHTN_T, TNGLORA
from claimstack.device_templates.service import EndDeviceTemplateConverter
from claimstack.dialects.assembly import dialects_of
from claimstack.edge.api_page import api_page, style_source
from claimstack.edge.dispatcher import Dispatcher
from claimstack.edge.elsewhere import elsewhere, home
from claimstack.edge.http import Document, HttpApplication
from claimstack.edge.imports.assembly import Imports, assemble
from claimstack.edge.once import Once, OnceDatabase
from claimstack.edge.openapi import openapi_document
from claimstack.edge.ports.interop import InteropListener
from claimstack.edge.routes import Routes
from claimstack.edge.server import Certificate, Server
from claimstack.end_devices import (
    As,
    AsEndDeviceBatchRegistry,
    AsEndDeviceRegistry,
    Configuration,
    EndDeviceBatchRegistry,
    EndDeviceRegistry,
    EndDeviceRegistrySearch,
    JsEndDeviceBatchRegistry,
    JsEndDeviceRegistry,
    Ns,
    NsEndDeviceBatchRegistry,
    NsEndDeviceRegistry,
)
from claimstack.errors import ClaimstackError
from claimstack.events.service import Events
from claimstack.identity import (
    Caller,
    Entity,
    EntityAccess,
    EntityKind,
    authenticate,
    authorize,
    unsupported_authorization,
)
from claimstack.identity.logins import OAuthAuthorizationRegistry, UserSessionRegistry
from claimstack.join_server import ApplicationActivationSettingRegistry, Js
from claimstack.node import Node
from claimstack.oauth import oauth_routes, session_token
from claimstack.peers import PeerRegistry
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.wire import v3

V3 = "ttn.lorawan.v3."
V1 = "claimstack.v1."


class EntityRegistrySearch(ApplicationSearch, AccountSearch):
    """`ttn.lorawan.v3.EntityRegistrySearch`: each room answers for its own entities."""


def services(node: Node, events: Events, upstream: Upstream, imports: Imports) -> Mapping[str, Any]:
    """Every service of the contract that this node serves, by its full name."""
    db = OnceDatabase(node.db)
    return {
        **_accounts(node, db),
        **_devices(node, db, imports),
        **_components(node, db, imports),
        **_claiming(node, db, upstream),
        V3 + "Events": events,
    }


def _accounts(node: Node, db: Database) -> Mapping[str, Any]:
    settings, vault = node.settings, node.vault
    mail = mail_by(settings.smtp_url)
    policy = AccountPolicy(
        registration=settings.registration,
        restore_within=timedelta(hours=settings.restore_hours),
        public_url=settings.url,
    )
    return {
        V3 + "Is": Is(policy),
        V3 + "EntityAccess": EntityAccess(db),
        V3 + "EntityRegistrySearch": EntityRegistrySearch(db),
        V3 + "UserRegistry": UserRegistry(db, vault, policy, mail, node.db),
        V3 + "UserAccess": UserAccess(db, vault, policy, mail),
        V3 + "UserSessionRegistry": UserSessionRegistry(db),
        V3 + "UserInvitationRegistry": UserInvitationRegistry(db, vault, policy, mail),
        V3 + "OAuthAuthorizationRegistry": OAuthAuthorizationRegistry(db),
        V3 + "OrganizationRegistry": OrganizationRegistry(db, policy),
        V3 + "OrganizationAccess": OrganizationAccess(db, vault),
    }


def _devices(node: Node, db: Database, imports: Imports) -> Mapping[str, Any]:
    vault = node.vault
    return {
        V3 + "ApplicationRegistry": ApplicationRegistry(db, node.settings),
        V3 + "ApplicationAccess": ApplicationAccess(db, vault),
        V3 + "EndDeviceRegistry": EndDeviceRegistry(db, vault),
        V3 + "EndDeviceBatchRegistry": EndDeviceBatchRegistry(db, vault),
        V3 + "EndDeviceRegistrySearch": EndDeviceRegistrySearch(db, vault),
        V3 + "EndDeviceTemplateConverter": imports.converter,
        V1 + "ImportRegistry": imports.registry,
    }


def _components(node: Node, db: Database, imports: Imports) -> Mapping[str, Any]:
    settings, vault = node.settings, node.vault
    provisioners = {"microchip": partial(_secure_elements, imports.converter)}
    return {
        V3 + "Ns": Ns(settings),
        V3 + "NsEndDeviceRegistry": NsEndDeviceRegistry(db, vault),
        V3 + "NsEndDeviceBatchRegistry": NsEndDeviceBatchRegistry(db),
        V3 + "As": As(db),
        V3 + "AsEndDeviceRegistry": AsEndDeviceRegistry(db, vault),
        V3 + "AsEndDeviceBatchRegistry": AsEndDeviceBatchRegistry(db),
        V3 + "Js": Js(settings),
        V3 + "JsEndDeviceRegistry": JsEndDeviceRegistry(db, vault, provisioners),
        V3 + "JsEndDeviceBatchRegistry": JsEndDeviceBatchRegistry(db),
        V3 + "ApplicationActivationSettingRegistry": ApplicationActivationSettingRegistry(db, vault),
        V3 + "Configuration": Configuration(),
        V1 + "PeerRegistry": PeerRegistry(db, vault),
    }


def _claiming(node: Node, db: Database, upstream: Upstream) -> Mapping[str, Any]:
    # Claims write through lanes of their own, which no idempotency key rides along: the ledger answers repeats.
    claims = Claims(node.db, node.vault, _caps(node.settings))
    return {
        V3 + "EndDeviceClaimingServer": EndDeviceClaimingServer(db, node.vault, claims, upstream),
        V3 + "EndDeviceBatchClaimingServer": EndDeviceBatchClaimingServer(db, upstream),
        V3 + "EndDeviceQRCodeGenerator": EndDeviceQRCodeGenerator(),
        V1 + "ClaimabilityRegistry": ClaimabilityRegistry(db, _caps(node.settings)),
        V1 + "LedgerRegistry": LedgerRegistry(db),
        V1 + "ReleaseRegistry": ReleaseRegistry(db, upstream),
        V1 + "UpstreamClaimRegistry": UpstreamClaimRegistry(db),
        V1 + "AuditRegistry": AuditRegistry(db),
    }


def _caps(settings: Settings) -> ClaimCaps:
    return ClaimCaps(settings.claim_cap_device, settings.claim_cap_claimer, settings.claim_cap_overall)


def build(node: Node, certificate: Certificate | None = None) -> Server:
    """A server with both ports, ready to start."""
    events = Events(node.db, partial(_seen, node))
    imports = assemble(node, OnceDatabase(node.db))
    repository = open_repository(node.db, node.vault, _caps(node.settings), node.clock, node.settings)
    served = selected(services(node, events, repository or NoUpstream(), imports), node.settings.components)
    dispatcher = Dispatcher(served, partial(_caller, node), Once(node.db, node.vault), node.clock)
    server = Server(dispatcher, certificate, on_drain=events.close)
    dialects = dialects_of(node)
    server.application = HttpApplication(
        dispatcher, Routes(), lambda: server.ready, _documents(dispatcher), _pages(node, dispatcher), session_token,
        node.settings.trusted_proxies, imports.transfers, dialects,
    )  # fmt: skip
    server.background += [imports.runner, repository] if repository else [imports.runner]
    if node.settings.interop_listen and certificate:
        listen, client_ca = node.settings.interop_listen, node.settings.interop_client_ca
        server.listeners.append(InteropListener(listen, dialects, certificate, client_ca, dialects.trusted))
    return server


def _pages(node: Node, dispatcher: Dispatcher) -> Starlette:
    return Starlette(
        routes=[
            Route("/", home),
            *oauth_routes(node.db, node.vault, node.settings, node.clock),
            *asset_routes(),
            *claim_routes(node.settings, partial(_visitor, node)),
            *console_routes(dispatcher, node.settings),
        ],
        exception_handlers={HTTPException: elsewhere(dispatcher)},
    )


async def _secure_elements(
    converter: EndDeviceTemplateConverter, manifest: bytes, with_dev_eui: bool, call: Call
) -> AsyncIterator[v3.EndDevice]:
    """The provisioner `microchip`: the devices of a manifest. Only one kind of chip knows its DevEUI."""
    request = v3.ConvertEndDeviceTemplateRequest(format_id=TNGLORA if with_dev_eui else MAHTN_T, data=manifest)
    async for template in converter.Convert(request, call):
        yield template.end_device


def _documents(dispatcher: Dispatcher) -> Mapping[str, Document]:
    served = {name for name, method in dispatcher.methods.items() if method.run}.__contains__
    policy = f"default-src 'none'; style-src {style_source()}; base-uri 'none'; frame-ancestors 'none'"
    return {
        "/api": Document(partial(api_page, served), "text/html; charset=utf-8", policy),
        "/api/v3/openapi.json": Document(partial(openapi_document, served), "application/json"),
    }


async def _caller(node: Node, authorization: str, now: datetime) -> Caller:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise unsupported_authorization()
    return await authenticate(node.db.recent, node.vault, token.strip(), to_micros(now))


async def _visitor(node: Node, headers: Mapping[str, str]) -> str:
    """The user whose session a request of our pages carries; empty when there is none (any more)."""
    token = session_token(headers)
    try:
        return (await _caller(node, f"Bearer {token}", node.clock.now())).uid if token else ""
    except ClaimstackError:
        return ""


async def _seen(node: Node, call: Call, kind: EntityKind, uid: str) -> Entity:
    """Who the caller of a long stream is by now, and what they may do on the entity."""
    caller = await _caller(node, call.metadata["authorization"], node.clock.now())
    return await authorize(node.db, caller, kind, uid)
