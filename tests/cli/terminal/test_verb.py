"""How the words of a command line are read."""

from typing import Any

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import HelpWanted, Verb


def read(*words: str, **verb: Any) -> dict[str, Any]:
    """What an act with two identifiers, a number and a switch is given."""
    seen: dict[str, Any] = {}
    options = [Option("size", kind=int, default=300), switch("burn", default=True), Option("order")]
    made = Verb(lambda shell, **given: seen.update(given), ids=["application_id", "device_id"],
                options=options, **verb)  # fmt: skip
    made.run(Shell(), list(words))
    return seen


def test_identifiers_come_by_position_or_by_flag() -> None:
    assert read("app1", "dev1")["device_id"] == "dev1"
    by_flag = read("--application-id", "app1", "--device-id=dev1")
    assert (by_flag["application_id"], by_flag["device_id"]) == ("app1", "dev1")
    mixed = read("--application-id", "app1", "dev1")
    assert (mixed["application_id"], mixed["device_id"]) == ("app1", "dev1")


def test_flags_may_stand_before_between_and_after() -> None:
    given = read("--size", "10", "app1", "--burn=false", "dev1", "--order", "-name")
    assert given == {"application_id": "app1", "device_id": "dev1", "size": 10, "burn": False, "order": "-name"}


def test_underscores_and_dashes_are_the_same() -> None:
    assert read("--application_id", "app1")["application_id"] == "app1"


def test_a_switch_never_takes_the_next_word() -> None:
    given = read("--burn", "false", "dev1")
    assert (given["burn"], given["application_id"]) == (True, "false")


def test_after_two_dashes_everything_is_a_word() -> None:
    assert read("--", "--size")["application_id"] == "--size"


def test_global_flags_are_taken_anywhere() -> None:
    shell = Shell()
    Verb(lambda shell: None).run(shell, ["--insecure", "--log.level", "debug", "-c", "a.yml"])
    assert shell.flags.values == {"insecure": "true", "log.level": "debug"}
    assert shell.flags.files == ["a.yml"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["a", "b", "c"], "arguments"),
        (["--siz", "3"], "unknown_flag"),
        (["-x"], "unknown_flag"),
        (["--size"], "flag_value"),
        (["--size", "many"], "flag_value"),
        (["--burn=perhaps"], "flag_value"),
    ],
)
def test_words_that_mean_nothing_are_refused(words: list[str], name: str) -> None:
    with pytest.raises(Failure) as caught:
        read(*words)
    assert caught.value.name == name


def test_a_misspelt_flag_is_told_its_likely_name() -> None:
    with pytest.raises(Failure) as caught:
        read("--siz", "3")
    assert "--size" in caught.value.hint


def test_a_rest_takes_all_further_words() -> None:
    seen: dict[str, Any] = {}
    verb = Verb(lambda shell, **given: seen.update(given), ids=["application_id"], rest="device_ids")
    verb.run(Shell(), ["app1", "d1", "d2"])
    assert seen == {"application_id": "app1", "device_ids": ["d1", "d2"]}


def test_help_is_asked_for_anywhere() -> None:
    with pytest.raises(HelpWanted):
        read("app1", "--help")


def test_join_eui_is_also_called_app_eui() -> None:
    seen: dict[str, Any] = {}
    Verb(lambda shell, **given: seen.update(given), flag_ids=["join_eui"]).run(Shell(), ["--app-eui", "00"])
    assert seen == {"join_eui": "00"}
