"""How every HTTP port is served: by uvicorn, bounded, which says nothing of itself and leaves the log to us."""

from collections.abc import Callable
from typing import Any

import uvicorn

from claimstack.edge import limits
from claimstack.edge.ports.protocol import BoundedProtocol


def uvicorn_config(
    application: Callable[..., Any], protocol: type[BoundedProtocol] = BoundedProtocol, **tls: Any
) -> uvicorn.Config:
    """The configuration; `tls` are uvicorn's settings that begin with `ssl_`."""
    return uvicorn.Config(
        application,
        http=protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=limits.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=limits.DRAIN_SECONDS,
        limit_concurrency=limits.MOST_CONCURRENT_REQUESTS,
        **tls,
    )
