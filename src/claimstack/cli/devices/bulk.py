"""Import a maker's file: the server registers its devices, this shows how far it is and what was wrong.

The job goes on at the server when this ends; `--import-id` comes back to it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure
from claimstack.cli.commands.nouns import needed
from claimstack.cli.devices.registries import JS
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import kinds
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb

SERVICE = "ImportRegistry"
PIECE = 1 << 18
POLL_SECONDS = 0.3
MOST_SHOWN = 100
OVER = ("IMPORT_DONE", "IMPORT_FAILED", "IMPORT_CANCELED", "IMPORT_INTERRUPTED")
DEFAULTS = ("join_eui", "frequency_plan_id", "lorawan_version", "lorawan_phy_version")


def _import(shell: Shell, application_id: str | None, file: list[str], **given: Any) -> None:
    application = {"application_ids": {"application_id": needed(application_id, "application_id")}}
    codes = _codes_file(given["codes_file"])
    try:
        job = _imported(shell, application, file, given)
        _finish(shell, application, job, codes)
    finally:
        if codes is not None:
            _close(codes)


def _imported(shell: Shell, application: Message, file: list[str], given: dict[str, Any]) -> Message:
    """Begin the job, or come back to it, and wait for its end."""
    job = _job(shell, application, given)
    if job.get("note"):
        shell.log.info(job["note"])
    if job.get("state", "IMPORT_WAITING") in ("IMPORT_WAITING", "IMPORT_INTERRUPTED"):
        if len(file) != 1:
            raise Failure("file", "expected the name of one file")
        _send(shell, _path(application, job), file[0], given["keys_file"])
    return _watched(shell, {**application, "import_id": job["import_id"]})


def _finish(shell: Shell, application: Message, job: Message, codes: BinaryIO | None) -> None:
    _tell_failed(shell, application, job)
    if codes is not None:
        _keep_codes(shell, _path(application, job), codes)
    elif job.get("set_claim_authentication_code"):
        shell.log.info("the codes can be fetched once", with_=f"--import-id {job['import_id']} --codes-file FILE")
    shell.output.show(job)
    if job.get("state") != "IMPORT_DONE" or int(job.get("rows_failed", 0)):
        failed = f"{job.get('rows_failed', 0)} of {job.get('rows_read', 0)} rows were not imported"
        raise Failure("import", job.get("reason") or failed)


def _job(shell: Shell, application: Message, given: dict[str, Any]) -> Message:
    if given["import_id"]:
        return shell.api.call(f"{SERVICE}/Get", {**application, "import_id": given["import_id"]})
    request: Message = {
        **application,
        "format_id": needed(given["format"], "format"),
        "server_address": _address(shell),
    }
    for name in ("set_claim_authentication_code", "strict"):
        request[name] = given[name]
    for name in ("valid_from", "valid_to"):
        if given[name]:
            request[name] = given[name]
    if given["start_dev_eui"]:
        request["start_dev_eui"] = kinds.hexadecimal(8, given["start_dev_eui"], "start-dev-eui")
    if given["components"]:
        request["components"] = [word.strip() for word in given["components"].split(",")]
    defaults = {name: given[f"default_{name}"] for name in DEFAULTS if given[f"default_{name}"]}
    return shell.api.call(f"{SERVICE}/Create", {**request, "defaults": defaults})


def _address(shell: Shell) -> str:
    """What the devices get as address of their components: no field of theirs takes one of IPv6."""
    host = JS.host(shell)
    return "" if host.count(":") > 1 else host


def _path(application: Message, job: Message) -> str:
    application_id = application["application_ids"]["application_id"]
    return f"/api/claimstack/v1/applications/{application_id}/imports/{job['import_id']}"


def _send(shell: Shell, path: str, file: str, keys_file: str | None) -> None:
    if keys_file:
        with _opened(keys_file) as keys:
            shell.api.send(f"{SERVICE}/Create", f"{path}/keys", _size(keys), _pieces(keys, None))
    with _opened(file) as content:
        size = _size(content)
        shell.api.send(f"{SERVICE}/Create", f"{path}/file", size, _pieces(content, _Bar("sending", size)))


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _pieces(file: BinaryIO, bar: _Bar | None) -> Iterator[bytes]:
    done = 0
    while piece := file.read(PIECE):
        yield piece
        done += len(piece)
        if bar:
            bar.show(done)
    if bar:
        bar.end()


class _Bar:
    """A line that fills, on a terminal; nothing elsewhere."""

    WIDTH = 30

    def __init__(self, what: str, whole: int) -> None:
        self._what, self._whole = what, max(1, whole)
        self._is_on = sys.stderr.isatty()

    def show(self, done: int, note: str = "") -> None:
        """So much is done."""
        if self._is_on:
            full = min(self.WIDTH, self.WIDTH * done // self._whole)
            share = min(100, 100 * done // self._whole)
            bar = "#" * full + "." * (self.WIDTH - full)
            sys.stderr.write(f"\r\x1b[K{self._what} [{bar}] {share:3} % {note}")
            sys.stderr.flush()

    def end(self) -> None:
        """The line is complete."""
        if self._is_on:
            sys.stderr.write("\n")


def _watched(shell: Shell, job_ids: Message) -> Message:
    bar = None
    while True:
        job = shell.api.call(f"{SERVICE}/Get", job_ids)
        bar = bar or _Bar("importing", int(job.get("file_bytes", 0)))
        counted = ", ".join(
            f"{job.get(f'rows_{name}', 0)} {name}" for name in ("created", "known", "failed") if job.get(f"rows_{name}")
        )
        bar.show(int(job.get("file_bytes_read", 0)), counted)
        if job.get("state") in OVER:
            bar.end()
            return job
        time.sleep(POLL_SECONDS)


def _tell_failed(shell: Shell, application: Message, job: Message) -> None:
    count = int(job.get("rows_failed", 0))
    if not count:
        return
    request = {
        **application, "import_id": job["import_id"], "filter": "IMPORT_ROWS_FAILED", "limit": MOST_SHOWN, "page": 1,
    }  # fmt: skip
    for row in shell.api.call(f"{SERVICE}/ListRows", request).get("rows", []):
        place = {name: row[name] for name in ("line", "column") if int(row.get(name, 0))}
        shell.log.warn(row.get("reason", ""), row=row.get("index", "0"), **place, error=row.get("error", ""))
    if count > MOST_SHOWN:
        shell.log.warn(f"and {count - MOST_SHOWN} more", all_of_them=f"{_path(application, job)}/failed.csv")


def _codes_file(path: str | None) -> BinaryIO | None:
    """Made before anything is done, for nobody else to read: codes are handed out once."""
    if not path:
        return None
    try:
        return open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))
    except FileExistsError as exists:
        raise Failure("file", f"{path}: exists already; name another file for the codes") from exists
    except OSError as refused:
        raise Failure("file", f"{path}: {refused.strerror}") from refused


def _keep_codes(shell: Shell, path: str, file: BinaryIO) -> None:
    file.write(shell.api.fetch(f"{SERVICE}/Cancel", "POST", f"{path}/codes.csv"))
    file.flush()
    shell.log.info("wrote the codes; whoever has them can claim the devices", file=file.name)


def _close(file: BinaryIO) -> None:
    """Leave no empty file behind."""
    is_empty = file.tell() == 0
    file.close()
    if is_empty:
        os.unlink(str(file.name))


import_file = Verb(
    _import,
    ids=["application_id"],
    options=[
        Option("format", metavar="ID", text="as `templates list-formats` has it"),
        switch("set_claim_authentication_code", text="give every device a fresh claim code of 80 bits"),
        Option("codes_file", metavar="FILE", text="where the codes go, for the label printer; mode 0600"),
        Option(
            "keys_file",
            metavar="FILE",
            text="for devices of a manifest: lines of DevEUI, AppKey, NwkKey; before them perhaps the chip's serial",
        ),
        Option("start_dev_eui", metavar="EUI", text="for chips without a DevEUI (MAHTN-T): counted up from this one"),
        switch("strict", text="refuse what is signed outside the dates of its certificates"),
        Option("components", metavar="LIST", text="of ns, as, js; else those that can do something for the device"),
        Option("valid_from", metavar="TIME", text="first moment of the codes (RFC 3339)"),
        Option("valid_to", metavar="TIME", text="first moment after it"),
        *(Option(f"default_{name}", text="for rows that say nothing") for name in DEFAULTS),
        Option("import_id", metavar="NUMBER", text="come back to this import instead of beginning one"),
    ],
    rest="file",
    text="Register the end devices of a maker's file. Wrong rows are named, the good ones go in. The server goes on "
    "when this is interrupted. A manifest of secure elements holds no root keys: such devices join only once their "
    "keys come from --keys-file or a crypto server.",
    example="$CLI end-devices import maker-app --format microchip-atecc608a-tnglora "
    "--set-claim-authentication-code --codes-file codes.csv manifest.json",
)
