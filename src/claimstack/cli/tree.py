"""The tree of commands: every name, its aliases, one line about it, and where it is.

`only_ours` marks what the original ttn-lw-cli does not have; under that name it is left out.
"""

from __future__ import annotations

from claimstack.cli.commands.nouns import APPLICATION, ORGANIZATION, USER, Noun
from claimstack.cli.terminal.group import Branch, Leaf

HERE = "claimstack.cli."
DEL, LS, INFO, UPDATE = ("del", "remove", "rm"), ("ls",), ("info",), ("update",)
ADD = ("add", "register")


def _registry(noun: Noun, set_aliases: tuple[str, ...] = UPDATE) -> list[Leaf]:
    """What every kind of entity has."""
    where = HERE + "commands.registry:"
    name, n = noun.name, (noun,)
    return [
        Leaf("list", f"List {noun.plural}", where + "list_all", n, LS),
        Leaf("search", f"Search for {noun.plural}", where + "search", n),
        Leaf("get", f"Show one {name}", where + "get", n, INFO),
        Leaf("set", f"Change fields of one {name}", where + "change", n, set_aliases),
        Leaf("delete", f"Delete one {name}; it can be restored", where + "delete", n, DEL),
        Leaf("restore", f"Bring back a deleted {name}", where + "restore", n),
        Leaf("purge", f"Remove one {name} for good", where + "purge", n,
             ("permanent-delete", "hard-delete")),
        Leaf("rights", f"Show what you may do with one {name}", where + "rights", n),
    ]  # fmt: skip


def _api_keys(noun: Noun) -> Branch:
    where, n = HERE + "commands.api_keys:", (noun,)
    members = [
        Leaf("create", "Make a key; its secret is shown once", where + "create", n, (*ADD, "generate")),
        Leaf("list", "List keys, without their secrets", where + "list_all", n, LS),
        Leaf("get", "Show one key, without its secret", where + "get", n, INFO),
        Leaf("set", "Change name, rights or expiry of a key", where + "change", n, UPDATE),
        Leaf("delete", "Delete a key", where + "delete", n, DEL),
    ]
    return Branch("api-keys", f"API keys of one {noun.name}", members, ("api-key",))


def _collaborators(noun: Noun) -> Branch:
    where, n = HERE + "commands.collaborators:", (noun,)
    members = [
        Leaf("list", "List who has which rights", where + "list_all", n, LS),
        Leaf("get", "Show the rights of one of them", where + "get", n, INFO),
        Leaf("set", "Give rights", where + "change", n, UPDATE),
        Leaf("delete", "Take all rights away", where + "delete", n, DEL),
    ]
    text = f"Who may do what with one {noun.name}"
    return Branch("collaborators", text, members, ("collaborator", "members", "member"))


def _create(noun: Noun, where: str = "commands.registry:create") -> Leaf:
    args = (noun,) if noun.owned else None
    return Leaf("create", f"Make one {noun.name}", HERE + where, args, ADD)


def _unserved(name: str, what: str, where: str, *aliases: str) -> Leaf:
    text = f"Not served here: {where}"
    return Leaf(name, text, HERE + "commands.unserved:Unserved", (what, where), aliases, hidden=True)


_TRAFFIC = "traffic belongs to your network server"
_CONTACTS = _unserved("contact-info", "contact info", "set administrative_contact and technical_contact instead")
_APPS = HERE + "commands.applications:"
APPLICATIONS = Branch(
    "applications", "Applications: what end devices and rights belong to",
    [
        _create(APPLICATION),
        *_registry(APPLICATION),
        Branch("claim", "Whether the end devices of an application may be claimed", [
            Leaf("authorize", "Allow it", _APPS + "authorize"),
            Leaf("unauthorize", "Forbid it again", _APPS + "unauthorize"),
            Leaf("get", "Show whether they may", _APPS + "claim_authorization", only_ours=True),
        ]),
        Leaf("audit", "Show refused claims and their reasons", _APPS + "audit", only_ours=True),
        Leaf("upstream-claims", "Show claims on other Join Servers, and what is pending", _APPS + "upstream_claims",
             only_ours=True),
        _api_keys(APPLICATION),
        _collaborators(APPLICATION),
        Leaf("issue-dev-eui", "Take the next DevEUI of the server's block", _APPS + "issue_dev_eui",
             aliases=("dev-eui",)),
        Branch("activation-settings", "What the Join Server does for the whole application", [
            Leaf("get", "Show them", _APPS + "get_settings"),
            Leaf("set", "Set them", _APPS + "set_settings", aliases=UPDATE),
            Leaf("delete", "Remove them", _APPS + "delete_settings", aliases=DEL),
        ]),
        _CONTACTS,
        *(_unserved(name, name, _TRAFFIC, *aliases) for name, aliases in (
            ("link", ()), ("subscribe", ("sub",)), ("downlink", ()), ("storage", ()),
            ("webhooks", ("webhook",)), ("pubsubs", ("pubsub", "ps")),
            ("packages", ("package", "pkg", "pkgs")),
        )),
    ],
    ("application", "apps", "app", "a"),
)  # fmt: skip

_TPL = HERE + "commands.templates:"
TEMPLATES = Branch(
    "templates", "End device templates, for registering many",
    [
        Leaf("create", "Make templates of end devices", _TPL + "create", aliases=ADD),
        Leaf("extend", "Set fields in templates", _TPL + "extend"),
        Leaf("map", "Merge templates with a mapping file", _TPL + "map_templates"),
        Leaf("assign-euis", "Give templates their EUIs", _TPL + "assign_euis", aliases=("euis", "eui")),
        Leaf("execute", "Turn templates into end devices", _TPL + "execute", aliases=("exec",)),
        Leaf("from-data", "Turn a maker's file into templates", _TPL + "from_data",
             aliases=("fromdata",)),
        Leaf("list-formats", "List the formats of such files", _TPL + "list_formats",
             aliases=("ls-formats", "listformats", "lsformats", "lsfmts", "lsfmt")),
    ],
    ("template", "tmpl"),
)  # fmt: skip

_DEV = HERE + "devices."
END_DEVICES = Branch(
    "end-devices", "End devices: register, label, claim, change, remove",
    [
        Leaf("create", "Register end devices", _DEV + "create:create", aliases=ADD),
        Leaf("import", "Register the end devices of a maker's file", _DEV + "bulk:import_file", only_ours=True),
        Leaf("list", "List the end devices of an application", _DEV + "get:list_all", aliases=LS),
        Leaf("search", "Search the end devices of an application", _DEV + "get:search"),
        Leaf("get", "Show one end device", _DEV + "get:get", aliases=INFO),
        Leaf("set", "Change fields, such as the claim code", _DEV + "set:change", aliases=UPDATE),
        Leaf("delete", "Remove one end device", _DEV + "delete:delete", aliases=DEL),
        Leaf("batch-delete", "Remove several end devices", _DEV + "delete:batch_delete"),
        Leaf("claim", "Take an end device over with the code on its label", _DEV + "claim:claim"),
        Leaf("claimability", "Show whether an end device can be claimed now", _DEV + "standing:claimability",
             only_ours=True),
        Leaf("release", "Give a claimed end device back to its maker", _DEV + "standing:release", only_ours=True),
        Leaf("generate-qr", "Write the QR code for a label", _DEV + "qr_code:generate",
             aliases=("genqr",)),
        Leaf("list-qr-formats", "List the formats of such QR codes", _DEV + "qr_code:list_formats",
             aliases=("ls-qr-formats", "listqrformats", "lsqrformats", "lsqrfmts", "lsqrfmt",
                      "qr-formats")),
        Leaf("ledger", "Show how an end device changed hands", _DEV + "ledger:ledger", only_ours=True),
        Leaf("reset", "Back to factory settings", _DEV + "delete:reset"),
        Leaf("use-external-join-server", "Leave the root keys to another Join Server",
             _DEV + "delete:use_external_join_server", aliases=("use-external-js", "use-ext-js")),
        Leaf("provision", "Provision by a manifest", _DEV + "ledger:provision"),
        TEMPLATES,
        Leaf("list-frequency-plans", "List frequency plans", _DEV + "network:list_frequency_plans",
             aliases=("get-frequency-plans", "frequency-plans", "fps")),
        Leaf("list-bands", "List LoRaWAN bands", _DEV + "network:list_bands"),
        Leaf("list-phy-versions", "List regional parameters versions",
             _DEV + "network:list_phy_versions", aliases=("get-phy-versions",)),
        Leaf("get-default-mac-settings", "Show default MAC settings",
             _DEV + "network:get_default_mac_settings"),
        Leaf("get-net-id", "Show the NetID", _DEV + "network:get_net_id"),
        Leaf("get-dev-addr-prefixes", "Show device address prefixes",
             _DEV + "network:get_dev_addr_prefixes"),
        *(_unserved(name, name, _TRAFFIC) for name in ("downlink", "storage")),
    ],
    ("end-device", "devices", "device", "dev", "ed", "d"),
)  # fmt: skip

ORGANIZATIONS = Branch(
    "organizations", "Organizations: users who act together",
    [_create(ORGANIZATION), *_registry(ORGANIZATION), _api_keys(ORGANIZATION),
     _collaborators(ORGANIZATION), _CONTACTS],
    ("organization", "org", "o"),
)  # fmt: skip

_USERS, _LOGINS = HERE + "commands.users:", HERE + "commands.logins:"
_OAUTH = "OAuthAuthorizationRegistry/"


def _list_of(rpc: str, member: str, ids: tuple[str, ...], text: str) -> Leaf:
    return Leaf("list", text, _LOGINS + "list_of", (rpc, member, ids, text), LS)


def _end_of(rpc: str, ids: tuple[str, ...], text: str) -> Leaf:
    return Leaf("delete", text, _LOGINS + "end_of", (rpc, ids, text), DEL)


USERS = Branch(
    "users", "Users: people who log in",
    [
        _create(USER, "commands.users:create"),
        *_registry(USER),
        Leaf("update-password", "Change a password", _USERS + "update_password",
             aliases=("change-password",)),
        Leaf("forgot-password", "Ask for a temporary password", _USERS + "forgot_password"),
        _api_keys(USER),
        Branch("invitations", "Invite people who may then sign up", [
            Leaf("create", "Invite somebody", _USERS + "invite", aliases=ADD),
            _list_of("UserInvitationRegistry/List", "invitations", (), "List invitations"),
            Leaf("delete", "Take an invitation back", _USERS + "uninvite", aliases=DEL),
        ], ("invitation",)),
        Branch("sessions", "Where a user is logged in with a browser", [
            _list_of("UserSessionRegistry/List", "sessions", ("user_id",), "List sessions"),
            _end_of("UserSessionRegistry/Delete", ("user_id", "session_id"), "End one session"),
        ], ("session",)),
        Branch("oauth", "Programs that a user let in", [
            Branch("authorizations", "What the user allowed", [
                _list_of(_OAUTH + "List", "authorizations", ("user_id",), "List authorizations"),
                _end_of(_OAUTH + "Delete", ("user_id", "client_id"), "Take one back"),
            ]),
            Branch("access-tokens", "Tokens in use", [
                _list_of(_OAUTH + "ListTokens", "tokens", ("user_id", "client_id"), "List tokens"),
                Leaf("delete", "End one token", _LOGINS + "delete_token", aliases=DEL),
            ], ("tokens",)),
        ]),
        Leaf("create-login-token", "Make a one-time login token", _USERS + "create_login_token"),
        _CONTACTS,
    ],
    ("user", "usr", "u"),
)  # fmt: skip

EVENTS = Branch(
    "events", "Follow what happens to applications and end devices",
    [Leaf("find-related", "Find events of one request", HERE + "commands.events:find_related",
          aliases=("related",))],
    ("event", "evt", "e"),
    own=Leaf("events", "Follow events", HERE + "commands.events:events"),
)  # fmt: skip


_PEERS = HERE + "commands.peers:"
PEERS = Branch(
    "peers", "Networks and clusters that join through this server or claim here (admins)",
    [
        Leaf("create", "Register a peer", _PEERS + "create", aliases=ADD, only_ours=True),
        Leaf("list", "List the peers", _PEERS + "list_all", aliases=LS, only_ours=True),
        Leaf("get", "Show one peer", _PEERS + "get", aliases=INFO, only_ours=True),
        Leaf("set", "Change a peer", _PEERS + "change", aliases=UPDATE, only_ours=True),
        Leaf("delete", "Forget a peer", _PEERS + "delete", aliases=DEL, only_ours=True),
    ],
    ("peer",),
)  # fmt: skip
PEERS.only_ours = True


UNSERVED: list[Leaf | Branch] = [
    _unserved("clients", "OAuth clients", "the client `cli` is built in", "client", "cli", "c"),
    _unserved("gateways", "gateways", "they belong to your network server", "gateway", "gtw", "g"),
    _unserved("notifications", "notifications", "follow `events` instead", "notification"),
    Branch(
        "simulate",
        "Act a device, to see what it would see",
        [
            Leaf("join", "Join a device through the running server", HERE + "simulation.join:join", only_ours=True),
        ],
        ("sim",),
        own=_unserved("simulate", "simulated traffic", _TRAFFIC),
    ),
    _unserved("packetbroker", "Packet Broker", _TRAFFIC, "pb"),
    _unserved("lorawan", "frame decoding", _TRAFFIC, "lw"),
]

MAINTENANCE = [
    Leaf("serve", "Run the server", HERE + "serve:serve", only_ours=True),
    Leaf("doctor", "Check ports, versions, KEK and clock", HERE + "maintenance:doctor", only_ours=True),
    Leaf("migrate", "Bring the database up to this version", HERE + "maintenance:migrate", only_ours=True),
    Leaf("backup", "Copy the database", HERE + "maintenance:backup", only_ours=True),
    Leaf("restore", "Put a copy back", HERE + "maintenance:restore", only_ours=True),
    Leaf("fsck", "Check that the database is whole", HERE + "maintenance:fsck", only_ours=True),
    Leaf("kek", "Verify or rotate the key encryption key", HERE + "kek:kek", only_ours=True),
    Leaf("admin", "Reset the admin's secrets", HERE + "admin:admin", only_ours=True),
]

_USE = HERE + "commands.use:"
MEMBERS: list[Leaf | Branch] = [
    Leaf("use", "Write the configuration for a server", _USE + "use",
         aliases=("generate-configuration", "generate-cfg")),
    Leaf("login", "Log in", HERE + "commands.login:login"),
    Leaf("logout", "Log out", HERE + "commands.login:logout"),
    Leaf("auth-info", "Show who you are to the server", _LOGINS + "auth_info", hidden=True),
    Leaf("config", "Show the configuration in force", _USE + "config"),
    APPLICATIONS,
    END_DEVICES,
    ORGANIZATIONS,
    USERS,
    EVENTS,
    TEMPLATES,
    PEERS,
    *MAINTENANCE,
    Leaf("completion", "Print a completion script for your shell",
         HERE + "terminal.completion:completion", aliases=("complete",)),
    Leaf("version", "Show the version", _USE + "version"),
    *UNSERVED,
]  # fmt: skip
