"""Every setting is a flag; what is wrong with one is a line and exit status 1."""

from pathlib import Path
from typing import Any

import click
import pytest

from claimstack.cli.server_options import server_options
from claimstack.settings import NAMES, Settings, flag_name


class Broken(Exception):
    """Something that an operator can put right."""


def run(*args: str, error: Exception | None = None, asynchronous: bool = False) -> tuple[int | None, list[Settings]]:
    """The exit status of a command with these flags, and the settings that it was called with."""
    seen: list[Settings] = []

    def work(settings: Settings, word: str) -> None:
        seen.append(settings)
        if error:
            raise error

    async def later(settings: Settings, word: str) -> None:
        work(settings, word)

    command: Any = server_options(Broken)(later if asynchronous else work)
    command = click.command()(click.argument("word")(command))
    return command.main(["word", *args], standalone_mode=False), seen


def test_every_setting_is_a_flag_with_its_help() -> None:
    command: Any = click.command()(server_options()(lambda settings: None))
    flags = {option for one in command.params for option in one.opts}
    assert {f"--{flag_name(name)}" for name in NAMES} | {"--config"} == flags
    assert all(one.help for one in command.params)


def test_without_flags_the_defaults_hold() -> None:
    assert run() == (None, [Settings()])
    assert run(asynchronous=True) == (None, [Settings()])


def test_flags_of_each_kind_are_read() -> None:
    flags = (
        "--data-dir",
        "/d",
        "--claim-cap-device",
        "7",
        "--tls-self-signed",
        "--components",
        "is,js",
        "--components=as",
    )
    _, [settings] = run(*flags)
    assert settings.data_dir == Path("/d")
    assert settings.claim_cap_device == 7
    assert settings.tls_self_signed
    assert settings.components == ("is", "js", "as")


def test_a_switch_can_be_switched_off(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("tls-self-signed = true")
    config = ("--config", str(tmp_path / "c.toml"))
    assert run(*config)[1][0].tls_self_signed
    assert not run(*config, "--no-tls-self-signed")[1][0].tls_self_signed


@pytest.mark.parametrize("asynchronous", [False, True])
def test_what_an_operator_can_put_right_is_one_line(capsys: pytest.CaptureFixture[str], asynchronous: bool) -> None:
    status, _ = run(error=Broken("first line\n  second line"), asynchronous=asynchronous)
    assert status == 1
    assert capsys.readouterr().err == "error: first line second line\n"


def test_a_wrong_setting_is_one_line_and_nothing_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--claim-cap-device", "0") == (1, [])
    assert capsys.readouterr().err == "error: --claim-cap-device: expected a number of 1 or more\n"


def test_a_fault_of_the_program_stays_a_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        run(error=ZeroDivisionError())
