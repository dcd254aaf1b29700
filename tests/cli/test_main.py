"""Exit statuses, help, versions and speed, with the real program."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from claimstack import __version__
from tests.cli.loopback import HANG_UP, json_answer, loopback
from tests.cli.person_at_terminal import Terminal

CANCELED = json_answer({"code": 1, "message": "error:x:canceled (gone)"}, 499)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal whose server nobody started."""
    return Terminal(tmp_path, "http://127.0.0.1:1")


def at(server_port: int, tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path, f"http://127.0.0.1:{server_port}")
    made.does("login", "--api-key", "NNSXS.A.B")
    return made


@pytest.mark.parametrize("words", [["--version"], ["version"]])
def test_the_version_is_one_line(terminal: Terminal, words: list[str]) -> None:
    assert terminal.does(*words) == f"claimstack {__version__}\n"


def test_the_version_imports_next_to_nothing() -> None:
    code = "import sys; sys.argv = ['claimstack', '--version']; from claimstack.__main__ import main; main();"
    code += "print(*[m for m in sys.modules if m.split('.')[0] in ('json', 'socket', 'click', 'claimstack')])"
    argv = [sys.executable, "-c", code]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()[1] == (
        "claimstack claimstack.__main__"
    )


def test_a_request_imports_nothing_heavy(tmp_path: Path) -> None:
    heavy = "('google', 'grpc', 'httpx', 'http', 'email', 'yaml', 'click', 'inspect', 'pathlib', 'dataclasses', 'ssl')"
    code = f"import sys; sys.path[:] = {sys.path!r}; from claimstack.cli.main import run;"
    code += f"run(['users', 'list'], 'claimstack'); print([m for m in sys.modules if m in {heavy}])"
    with loopback(json_answer({})) as server:
        made = at(server.port, tmp_path)
        argv = [sys.executable, "-S", "-c", code]  # -S: what the environment imports by itself is not ours
        done = subprocess.run(argv, env=made.environ, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_a_group_without_a_command_shows_help_and_ends_with_2(terminal: Terminal) -> None:
    said = terminal.run("end-devices")
    assert said.status == 2
    assert "claim " in said.out


def test_help_is_a_success_and_has_an_example(terminal: Terminal) -> None:
    text = terminal.does("end-devices", "claim", "--help")
    assert text.startswith("Usage: claimstack end-devices claim [application-id] [flags]\n")
    assert "Example:" in text
    assert "--invalidate-authentication-code" in text


def test_help_says_what_each_field_means(terminal: Terminal) -> None:
    assert "letters and digits" in terminal.does("end-devices", "set", "--help")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["end-device", "clam"], "did you mean claim"),
        (["nothing"], "unknown_command"),
        (["end-devices", "--nothing"], "unknown_flag"),
        (["gateways", "list"], "does not serve gateways"),
        (["applications", "list"], "unauthenticated"),
        (["applications", "list", "--output-format"], "needs a value"),
        (["users", "list", "--log.level", "debug", "--retry.max", "x"], "retry.max"),
    ],
)
def test_an_error_ends_with_255_and_says_what_is_wrong(terminal: Terminal, words: list[str], text: str) -> None:
    assert text in terminal.fails(*words)


def test_a_cancelled_call_ends_with_130(tmp_path: Path) -> None:
    with loopback(CANCELED) as server:
        assert at(server.port, tmp_path).run("users", "list").status == 130


def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    with loopback(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}\n") as server:
        made = at(server.port, tmp_path)
        pipes: dict[str, int] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        with heeding_interrupts(), made.start("events", "--application-id", "app1", **pipes) as process:
            while not server.requests:
                os.sched_yield()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
        assert process.returncode == 130


@contextlib.contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Tests that run in the background of a script ignore interrupts, and so would what they start (POSIX sh, 2.11)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_lost_answer_is_asked_for_again_and_then_told(tmp_path: Path) -> None:
    with loopback(HANG_UP) as server:
        said = at(server.port, tmp_path).fails("applications", "delete", "app1")
        assert len(server.requests) == 2
    assert "error:cli:lost_answer" in said


def test_under_the_originals_name_only_its_commands_are_shown(tmp_path: Path) -> None:
    made = Terminal(tmp_path, "http://127.0.0.1:1", program="ttn-lw-cli")
    text = made.does("--help")
    assert text.startswith("Usage: ttn-lw-cli ")
    assert "end-devices" in text
    assert "Run the server" not in text


def test_candidates_for_completion_are_commands_and_flags(terminal: Terminal) -> None:
    assert terminal.does("__complete", "end-devices", "cl").split("\t")[0] == "claim"
    assert "--dry-run" in terminal.does("__complete", "end-devices", "claim", "--d")
    assert "--claim-authentication-code.value" in terminal.does("__complete", "dev", "set", "--claim")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_completion_script_for(terminal: Terminal, shell: str) -> None:
    assert "claimstack __complete" in terminal.does("completion", shell)


def test_bash_completes(terminal: Terminal) -> None:
    (terminal.home / "claimstack").write_text(f"#!/bin/sh\nexec '{sys.executable}' -m claimstack \"$@\"\n")
    (terminal.home / "claimstack").chmod(0o755)
    script = terminal.does("completion", "bash")
    script += 'COMP_WORDS=(claimstack end-devices claima); COMP_CWORD=2; _claimstack; echo "${COMPREPLY[@]}"\n'
    environ = {**terminal.environ, "PATH": f"{terminal.home}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "claimability\n"
