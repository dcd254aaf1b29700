"""The guide "Make a device claimable", acted out: a maker, an owner and a stranger on a fresh server.

Every command is shown with its output; the exit status is 0 only when every expectation held. `--client` runs another
ttn-lw-cli in place of ours, `--database-url` another database than a fresh SQLite.
"""

import argparse
import contextlib
import http.client
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

BIN = Path(sys.executable).parent
PASSWORD = "correct horse battery"  # noqa: S105 - of a server that lives for a minute
JOIN_EUI = "70B3D57ED0000000"
DEV_EUI = "0004A310001FF9E{}"
REFUSED = "claim_refused"


class Stage:
    """A running server in a directory of its own, and what was expected of it so far."""

    def __init__(self, folder: Path, database_url: str, client: str) -> None:
        self.folder, self.client = folder, client
        self.ours = client == str(BIN / "ttn-lw-cli")
        self.grpc, self.http = _ports()
        self.failures: list[str] = []
        self._environment = {
            "CLAIMSTACK_DATA_DIR": str(folder / "data"),
            "CLAIMSTACK_DATABASE_URL": database_url,
            "CLAIMSTACK_GRPC_LISTEN": f"127.0.0.1:{self.grpc}",
            "CLAIMSTACK_HTTP_LISTEN": f"127.0.0.1:{self.http}",
            "CLAIMSTACK_ADMIN_PASSWORD": PASSWORD,
            "CLAIMSTACK_DEV_EUI_BLOCK": "70B3D57ED0010000/48",
        }

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The server, from ready to drained."""
        log = (self.folder / "server.log").open("wb")
        process = subprocess.Popen(
            [BIN / "claimstack", "serve"], env=os.environ | self._environment, stdout=log, stderr=log
        )
        try:
            self._wait_until_ready(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        for _ in range(400):
            with contextlib.suppress(OSError), _connection(self.http) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit((self.folder / "server.log").read_text())

    def act(self, title: str) -> None:
        """A headline."""
        print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n== {title}", flush=True)

    def expect(self, what: str, held: bool) -> None:
        """Note whether an expectation held."""
        print(f"    {'✓' if held else '✗ NOT SO:'} {what}", flush=True)
        if not held:
            self.failures.append(what)


class Person:
    """Somebody with a home of their own, who types commands."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name = stage, name
        self.home = stage.folder / name
        self.home.mkdir()

    def run(self, *words: str, text: str = "", status: int = 0, contains: str = "") -> str:
        """Type a command; `text` comes by a pipe; its status and output are expected. Returns what it printed."""
        shown = " ".join(word if re.fullmatch(r"[\w./:=@-]+", word) else f"'{word}'" for word in words)
        print(f"\n{self.name}$ {f'echo {text!r} | ' if text else ''}ttn-lw-cli {shown}", flush=True)
        code, out = self._typed(words, text)
        for line in out.rstrip().splitlines():
            print(f"    {_readable(line)}")
        good = code == status and contains in out
        self.stage.expect(_expectation(status, contains), good)
        return out

    def _typed(self, words: tuple[str, ...], text: str) -> tuple[int, str]:
        command, environment = [self.stage.client, *words], self._environment()
        if text and not self.stage.ours:
            return _on_a_terminal(command, environment, self.home, _after_a_moment(text))
        done = subprocess.run(
            command,
            env=environment,
            cwd=self.home,
            input=f"{text}\n".encode() if text else b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout.decode(errors="replace")

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "HOME": str(self.home),
            "TTN_LW_SKIP_VERSION_CHECK": "true",
            "TTN_LW_TELEMETRY_ENABLE": "false",
            "TTN_LW_LOG_LEVEL": "error",
        }

    def configure(self) -> None:
        """`use`: the addresses of this server."""
        stage = self.stage
        address, oauth = f"127.0.0.1:{stage.grpc}", f"http://127.0.0.1:{stage.http}/oauth"
        self.run("use", "127.0.0.1", "--insecure", "--grpc-port", str(stage.grpc), "--oauth-server-address", oauth)
        config = (self.home / ".ttn-lw-cli.yml").read_text()
        stage.expect(f"the configuration names {address}", address in config)

    def login(self, password: str = PASSWORD) -> None:
        """`login --callback=false`: opens the printed address in a browser, and pastes the code shown there."""
        print(f"\n{self.name}$ ttn-lw-cli login --callback=false     # and pastes the code that the browser shows")

        def paste(out: str) -> str | None:
            address = re.search(r"https?://[^\s']+(/oauth/authorize\?[^\s']+)", out)
            return Browser(self.stage.http).code(address[1], self.name, password) if address else None

        command = [self.stage.client, "login", "--callback=false"]
        status, out = _on_a_terminal(command, self._environment(), self.home, paste)
        self.stage.expect("logged in", status == 0)
        if status:
            print(out)


class Browser:
    """As much of a browser as logging in takes: cookies, forms, the pages of the real server."""

    def __init__(self, port: int) -> None:
        self.port, self.origin = port, f"http://127.0.0.1:{port}"
        self.cookies: dict[str, str] = {}

    def open(self, verb: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, location and text of one answer."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Origin": self.origin}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        with _connection(self.port) as connection:
            connection.request(verb, path, urlencode(form or {}), headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def code(self, wanted: str, user: str, password: str) -> str:
        """Log in, allow the command line, and read the code off the last page."""
        self.open("POST", "/oauth/login", {"user_id": user, "password": password, "next": wanted})
        status, location, page = self.open("GET", wanted)
        if status == 200:
            _, location, _ = self.open("POST", wanted, {"decision": "allow"})
        shown = urlsplit(location)
        _, _, page = self.open("GET", f"{shown.path}?{shown.query}")
        found = re.search(r"MF2XI\.[A-Z2-7]+\.[A-Z2-7]+", page)
        return found[0] if found else ""


def _connection(port: int) -> contextlib.closing[http.client.HTTPConnection]:
    return contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10))


def _ports() -> tuple[int, int]:
    """Two free ports next to each other: clients derive the HTTP port from the gRPC port."""
    for grpc in range(21884, 31884, 10):
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", grpc))
            second.bind(("127.0.0.1", grpc + 1))
            return grpc, grpc + 1
    sys.exit("no free ports")


def _readable(line: str) -> str:
    """Root keys and codes in the output are the demo's own; tokens are not shown all the same."""
    return re.sub(r"\b(NNSXS|MF2XI)\.([A-Z2-7]{8})[A-Z2-7]*\.[A-Z2-7]+", r"\1.\2….…", line)


def _expectation(status: int, contains: str) -> str:
    ends = "succeeds" if status == 0 else f"ends with status {status}"
    return f"{ends} and says {contains!r}" if contains else ends


def _on_a_terminal(
    command: list[str], environment: dict[str, str], cwd: Path, answer: Callable[[str], str | None]
) -> tuple[int, str]:
    """Run a command on a terminal; `answer` sees what it printed so far and tells, once, what to type."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.execve(command[0], command, environment)  # noqa: S606
    out, typed, until = "", False, time.monotonic() + 30
    while time.monotonic() < until:
        if not typed and (line := answer(out)):
            os.write(terminal, f"{line}\n".encode())
            typed = True
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                out += os.read(terminal, 4096).decode(errors="replace").replace("\r", "")
            except OSError:
                break
    else:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), out


def _after_a_moment(line: str) -> Callable[[str], str | None]:
    """Type the line when the command has had time to start reading."""
    at = time.monotonic() + 1
    return lambda out: line if time.monotonic() > at else None


def _moment(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def set_up(stage: Stage) -> tuple[Person, Person, Person]:
    """Users and logins, which come before the guide."""
    stage.act("Set-up: an admin makes three users; each configures a client and logs in")
    admin = Person(stage, "admin")
    admin.configure()
    admin.login()
    people = [Person(stage, name) for name in ("maker", "owner", "stranger")]
    for person in people:
        mail = f"{person.name}@example.com"
        admin.run("users", "create", person.name, "--primary-email-address", mail, "--password", PASSWORD)
        person.configure()
        person.login()
    _, owner, stranger = people
    owner.run("applications", "create", "owner-app", "--user-id", "owner")
    stranger.run("applications", "create", "stranger-app", "--user-id", "stranger")
    return people[0], people[1], people[2]


def make(stage: Stage, maker: Person) -> None:
    """The maker's half of the guide."""
    stage.act("The maker registers devices, opens the application to claims, and sets codes")
    maker.run("applications", "create", "maker-app", "--user-id", "maker", contains="maker-app")
    maker.run("applications", "claim", "authorize", "maker-app")
    for n in (1, 2, 3):
        maker.run(
            "end-devices", "create", "maker-app", f"sensor-{n}", "--join-eui", JOIN_EUI, "--dev-eui", DEV_EUI.format(n),
            "--lorawan-version", "1.0.3", "--lorawan-phy-version", "1.0.3-a", "--frequency-plan-id", "EU_863_870",
            "--with-root-keys", contains=DEV_EUI.format(n),
        )  # fmt: skip
    set_code(maker, "sensor-1", "2021-03-01T00:00:00Z", "2021-03-31T23:59:59Z")


def set_code(maker: Person, device: str, opens: str, closes: str) -> None:
    """Set the guide's own code, which is as weak as it looks, with a window."""
    maker.run(
        "end-device", "set", "maker-app", device, "--claim-authentication-code.value", "ABCD",
        "--claim-authentication-code.valid-from", opens, "--claim-authentication-code.valid-to", closes,
    )  # fmt: skip


def claim_words(application: str, n: int, code: str) -> list[str]:
    """The claim by identifiers."""
    return [
        "end-devices", "claim", application, "--source-join-eui", JOIN_EUI, "--source-dev-eui", DEV_EUI.format(n),
        "--source-authentication-code", code,
    ]  # fmt: skip


def hand_over(stage: Stage, maker: Person, owner: Person, stranger: Person) -> None:
    """The owner's half, with everything that must be refused on the way."""
    stage.act("A window that closed in 2021 is a refusal")
    owner.run(*claim_words("owner-app", 1, "ABCD"), status=255, contains=REFUSED)
    stage.act("The maker sets the window around now and prints the label")
    for device in ("sensor-1", "sensor-2", "sensor-3"):
        set_code(maker, device, _moment(-1), _moment(30))
    maker.run("end-devices", "list-qr-formats", contains="tr005")
    maker.run("end-devices", "generate-qr", "maker-app", "sensor-1", "--format-id", "tr005")
    stage.expect("sensor-1.png is a picture", (maker.home / "sensor-1.png").read_bytes()[:4] == b"\x89PNG")
    stage.act("A wrong code, and a foreign application, are refused")
    stranger.run(*claim_words("stranger-app", 1, "ABCE"), status=255, contains=REFUSED)
    stranger.run(*claim_words("owner-app", 1, "ABCD"), status=255, contains="rights")
    stage.act("The owner claims by identifiers, and by the text of the label")
    owner.run(*claim_words("owner-app", 1, "ABCD"), contains="owner-app")
    label = f"LW:D0:{JOIN_EUI}:{DEV_EUI.format(2)}:00000000:OABCD"
    owner.run("end-devices", "claim", "owner-app", text=label, contains="sensor-2")
    stage.act("Once: the maker has lost it, the code is spent, and the keys came along")
    maker.run("end-devices", "get", "maker-app", "sensor-1", status=255, contains="end_device_not_found")
    stranger.run(*claim_words("stranger-app", 1, "ABCD"), status=255, contains=REFUSED)
    owner.run("end-devices", "get", "owner-app", "sensor-1", "--root-keys", contains="app_key")
    stage.act("Claiming is disallowed again: for one device, then for the application")
    maker.run("end-devices", "set", "maker-app", "sensor-3", "--unset", "claim-authentication-code")
    owner.run(*claim_words("owner-app", 3, "ABCD"), status=255, contains=REFUSED)
    set_code(maker, "sensor-3", _moment(-1), _moment(30))
    maker.run("application", "claim", "unauthorize", "maker-app")
    owner.run(*claim_words("owner-app", 3, "ABCD"), status=255, contains=REFUSED)


def main() -> int:
    """Act it out; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", default=str(BIN / "ttn-lw-cli"), help="another ttn-lw-cli")
    parser.add_argument("--database-url", default="", help="an empty database; a fresh SQLite otherwise")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="claimstack-demo-") as folder:
        stage = Stage(Path(folder), wishes.database_url, wishes.client)
        with stage.serving():
            maker, owner, stranger = set_up(stage)
            make(stage, maker)
            hand_over(stage, maker, owner, stranger)
    print(f"\n{len(stage.failures)} expectations failed" if stage.failures else "\nEvery expectation held.")
    return 1 if stage.failures else 0


if __name__ == "__main__":
    sys.exit(main())
