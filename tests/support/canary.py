"""Known secrets, sent through every flow of a running server, and the search for them in what it leaves behind."""

import base64
import gzip
import itertools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "raw": lambda secret: secret,
    "hex": lambda secret: secret.hex().encode(),
    "HEX": lambda secret: secret.hex().upper().encode(),
    "base64": lambda secret: base64.b64encode(secret).rstrip(b"="),
    "base64url": lambda secret: base64.urlsafe_b64encode(secret).rstrip(b"="),
    "utf-16": lambda secret: secret.decode("latin-1").encode("utf-16-le"),
    "percent": lambda secret: quote(secret, safe="").encode(),
    "reversed": lambda secret: secret[::-1],
}


MEANT_TO = ("kek", "first-secrets")


def hits(secrets: Mapping[str, bytes], haystacks: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where a secret stands, in which form: `log: api key as base64`. Of base64, whatever stands in front of it."""
    found = []
    for place, content in haystacks:
        for name, secret in secrets.items():
            found += [f"{place}: {name} as {form}" for form, needle in needles(secret) if needle in content]
    return found


def needles(secret: bytes) -> Iterable[tuple[str, bytes]]:
    """The forms of a secret, base64 at each of the three places that it can begin at."""
    for form, encoded in ENCODINGS.items():
        yield form, encoded(secret)
    for shift, form in itertools.product((1, 2), ("base64", "base64url")):
        whole = ENCODINGS[form](b"\0" * shift + secret)
        yield f"{form}, shifted", whole[4 : len(whole) - 4]


class Canaries:
    """One person's way through the house, with everything secret kept as it appears."""

    def __init__(self, url: str, admin_password: str, admin_key: str) -> None:
        self.url = url
        self.secrets: dict[str, bytes] = {"admin password": admin_password.encode()}
        self.bodies: list[tuple[str, bytes]] = []
        self.admin = self.token("admin key", admin_key)

    def token(self, name: str, text: str) -> str:
        """Keep a token's secret part (the id before it is public)."""
        self.secrets[name] = text.rpartition(".")[2].encode()
        return text

    def send(self, verb: str, path: str, json: Any = None, token: str = "", **more: Any) -> httpx.Response:
        """One request; the body of an error is kept for the search."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.request(verb, self.url + path, json=json, headers=headers | more.pop("headers", {}), **more)
        if answer.status_code >= 400:
            self.bodies.append((f"error of {verb} {path}", answer.content))
        return answer

    def post_form(self, path: str, fields: Mapping[str, str], cookie: str = "") -> httpx.Response:
        """Post a page's form."""
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": self.url, "cookie": cookie}
        return self.send("POST", path, content=urlencode(fields), headers=headers)


def remains(folder: Path, log: Path, metrics: bytes) -> list[tuple[str, bytes]]:
    """What a server left: its log, its metrics, and every file of its data directory but those meant for secrets."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in MEANT_TO]
    found = [(path.name, path.read_bytes()) for path in files]
    return [("log", log.read_bytes()), ("metrics", metrics), *found]


def unzipped(file: Path) -> bytes:
    """A backup as it reads."""
    return gzip.decompress(file.read_bytes())
