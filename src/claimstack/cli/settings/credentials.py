"""The stored login: the same cache file, in the same form, as ttn-lw-cli keeps.

`<user cache dir>/ttn-lw-cli/cache`, mode 0600. It holds an API key or OAuth tokens, once for no
name and once for each `credentials-id`, and the hosts they may be sent to.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any


def cache_file(environ: Mapping[str, str] = os.environ) -> str:
    """Where the login is kept on this system."""
    home = environ.get("HOME", os.sep)
    if sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    elif sys.platform == "win32":
        base = environ.get("LOCALAPPDATA", home)
    else:
        base = environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "ttn-lw-cli", "cache")


class Credentials:
    """The login of one `credentials_id` ("" is a name, too)."""

    def __init__(self, credentials_id: str = "", path: str | None = None) -> None:
        self.path = path or cache_file()
        self.credentials_id = credentials_id
        self._cache = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            with open(self.path, "rb") as file:
                cache = json.loads(file.read())
        except (OSError, ValueError):
            return {}
        return cache if isinstance(cache, dict) else {}

    @property
    def _entry(self) -> dict[str, Any]:
        if not self.credentials_id:
            return self._cache
        entry = (self._cache.get("by_id") or {}).get(self.credentials_id)
        return entry if isinstance(entry, dict) else {}

    @property
    def api_key(self) -> str:
        """The API key, "" if the login is another."""
        return str(self._entry.get("api_key") or "")

    @property
    def oauth_token(self) -> dict[str, Any]:
        """The OAuth tokens `{access_token, token_type, refresh_token, expiry}`, {} if none."""
        token = self._entry.get("oauth_token")
        return token if isinstance(token, dict) else {}

    @property
    def hosts(self) -> list[str]:
        """Host names that were configured when the login was made."""
        return list(self._entry.get("hosts") or ())

    def keep(self, **entry: Any) -> None:
        """Replace this login: `api_key` or `oauth_token`, and `hosts`."""
        if self.credentials_id:
            self._cache.setdefault("by_id", {})[self.credentials_id] = entry
        else:
            rest = {key: self._cache[key] for key in ("other", "by_id") if key in self._cache}
            self._cache = entry | rest
        self._write()

    def forget(self) -> None:
        """Remove this login."""
        self.keep()

    def _write(self) -> None:
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        fresh = f"{self.path}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._cache, file)
        os.replace(fresh, self.path)
