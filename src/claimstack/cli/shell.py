"""What a command is handed: configuration, login, the API, output, log, and the flags it was given.

Everything is made when first asked for, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeVar

from claimstack.cli.client.api import Api, Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.settings.configuration import Configuration
from claimstack.cli.settings.credentials import Credentials
from claimstack.cli.terminal import stdin
from claimstack.cli.terminal.flags import FlagSource, RightFlags, Selection, Settings, Update
from claimstack.cli.terminal.log import Log
from claimstack.cli.terminal.output import Output

ORIGINAL = "ttn-lw-cli"  # under this name only what the original has is shown
Source = TypeVar("Source", bound=FlagSource)


class Shell:
    """One run of the client; `program` is the name it was called by."""

    def __init__(self, program: str = "claimstack") -> None:
        self.program = program
        self.with_ours = program != ORIGINAL
        self.flags = Settings()
        self.sources: list[FlagSource] = []

    @cached_property
    def configuration(self) -> Configuration:
        """The settings in force."""
        return Configuration(self.flags.values, self.flags.files or None)

    @cached_property
    def credentials(self) -> Credentials:
        """The stored login."""
        return Credentials(str(self.configuration["credentials-id"]))

    @cached_property
    def log(self) -> Log:
        """Lines for people, on the error output."""
        return Log(self.configuration["log.level"], self.configuration["log.format"])

    @cached_property
    def output(self) -> Output:
        """Results, on the standard output."""
        return Output(str(self.configuration["output-format"]))

    @cached_property
    def api(self) -> Api:
        """The API with the login that this command needs."""
        authorization = self.authorization()
        if not authorization:
            raise Failure(
                "unauthenticated",
                "not logged in",
                f"log in with `{self.program} login`, or `{self.program} login --api-key KEY`",
            )
        return self._api(authorization)

    @cached_property
    def open_api(self) -> Api:
        """The API for commands that need no login."""
        return self._api("")

    @cached_property
    def any_api(self) -> Api:
        """The API with the login if there is one."""
        return self._api(self.authorization())

    def _api(self, authorization: str) -> Api:
        wants_dump = self.configuration["dump-requests"]
        dump = self._dump if wants_dump and self.configuration["log.level"] == "debug" else None
        return Api(self.configuration, lambda: authorization, dump)

    def _dump(self, rpc: str, request: Message) -> None:
        import json

        self.log.debug("request", rpc=rpc, message=json.dumps(request))

    def authorization(self) -> str:
        """The Authorization value of the stored login, refreshed if need be; "" if there is none."""
        credentials = self.credentials
        if not credentials.api_key and not credentials.oauth_token:
            return ""
        self._check_hosts(credentials.hosts)
        if credentials.oauth_token:
            from claimstack.cli.settings import oauth

            oauth.refresh_if_expired(self.configuration, credentials)
        if credentials.api_key:
            return f"Bearer {credentials.api_key}"
        token = credentials.oauth_token
        return f"{token.get('token_type', 'Bearer').title()} {token['access_token']}"

    def _check_hosts(self, known: list[str]) -> None:
        if self.configuration["allow-unknown-hosts"] or not known:
            return
        for host in self.configuration.hosts():
            if host not in known:
                raise Failure(
                    "unknown_host",
                    f"the login was not made for host {host}",
                    "log in again, or allow it with --allow-unknown-hosts",
                    host=host,
                    known=", ".join(known),
                )

    def source(self, kind: type[Source]) -> Source:
        """The flags of one kind."""
        return next(s for s in self.sources if isinstance(s, kind))

    @property
    def selected(self) -> list[str]:
        """Field paths chosen for reading."""
        return self.source(Selection).paths

    @property
    def update(self) -> Update:
        """Field values given by flags."""
        return self.source(Update)

    @property
    def rights(self) -> list[str]:
        """Rights chosen by flags."""
        return self.source(RightFlags).rights

    def items(self, is_complete: bool) -> Iterator[Message]:
        """What a bulk command works on: each JSON object of the input, or {} once if there is none.

        If the flags alone are enough (`is_complete`), a pipe that stays silent is left alone after
        a second.
        """
        if self.configuration["input-format"] != "json":
            raise Failure("input_format", "only --input-format json is known")
        if not stdin.is_piped():
            yield {}
            return
        if is_complete and not stdin.has_begun():
            self.log.warn("nothing came on standard input within 1 s, going on without it")
            yield {}
            return
        is_empty = True
        for item in stdin.objects():
            is_empty = False
            yield item
        if is_empty:
            yield {}

    def tell(self, api: Api, page: int = 1, limit: int = 0) -> None:
        """Pass on what the server remarked, and that a list has more pages."""
        for warning in api.warnings:
            self.log.warn(warning)
        if api.total is not None and limit and page * limit < api.total:
            self.log.info("there are more results", next=f"--page {page + 1}", total=api.total)


def merge(base: Message, over: Message) -> Message:
    """`over` on top of `base`, message by message."""
    return {**base, **{name: _merged(base.get(name), value) for name, value in over.items()}}


def _merged(base: Any, over: Any) -> Any:
    is_message = isinstance(base, dict) and isinstance(over, dict)
    return merge(base, over) if is_message else over
