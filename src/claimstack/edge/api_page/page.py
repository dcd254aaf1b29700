"""The page, rendered once at the first request and kept as bytes. Its only style stands in it, under its hash."""

import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from claimstack import __version__
from claimstack.edge.api_page.reference import messages, served_services

_INDENT = re.compile(r"\n\s+")  # a third of the page
_CODE = re.compile(r"`([^`]+)`")


@cache
def api_page(served: Callable[[str], bool] | None = None) -> bytes:
    """The page as UTF-8 HTML. `served` tells of an RPC (`package.Service/Rpc`) whether it is answered; else all."""
    wanted = served or (lambda _rpc: True)
    html = _template().render(
        version=__version__,
        services=served_services(wanted),
        messages=messages(wanted),
        style=Markup(_style()),  # noqa: S704 - our own file
        style_source=style_source(),
    )
    return _INDENT.sub("\n", html).encode()


def style_source() -> str:
    """What a Content-Security-Policy names in `style-src` to admit the page's style: its hash in quotes."""
    return f"'sha256-{b64encode(sha256(_style().encode()).digest()).decode()}'"


@cache
def _style() -> str:
    return _INDENT.sub("\n", resources.files(__package__).joinpath("page.css").read_text("utf-8"))


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("claimstack.edge.api_page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    return environment.get_template("page.html")


def _prose(text: str) -> Markup:
    """Text with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before
