"""What is printed, byte for byte."""

import io
import json

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.output import Output

DEVICE = {"ids": {"device_id": "d1", "dev_eui": "0004A310001FF9E0"}, "name": "Füße"}


def printed(form: str, *messages: object, each: bool = False) -> str:
    out = io.StringIO()
    output = Output(form, out)
    if each:
        output.show_each(messages)
    else:
        output.show(messages[0])
    return out.getvalue()


def test_one_object_is_indented_by_two_and_stays_readable() -> None:
    assert printed("json", {"name": "Füße"}) == '{\n  "name": "Füße"\n}\n'


def test_a_list_is_objects_joined_by_comma_and_blank() -> None:
    assert printed("json", {"a": 1}, {"a": 2}, each=True) == '[{\n  "a": 1\n}, {\n  "a": 2\n}]\n'
    assert printed("json", each=True) == "[]\n"


def test_a_list_is_printed_while_it_comes() -> None:
    out = io.StringIO()

    def messages() -> object:
        yield {"a": 1}
        assert '"a": 1' in out.getvalue()
        yield {"a": 2}

    Output("json", out).show_each(messages())  # type: ignore[arg-type]
    assert json.loads(out.getvalue()) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.ids.device_id}}: {{ .name }}", "d1: Füße\n"),
        ("{{.Ids.DeviceId}} {{.Ids.DevEUI}}", "d1 0004A310001FF9E0\n"),
        ("{{.nothing}}!", "!\n"),
        ("{{.ids}}", '{"device_id": "d1", "dev_eui": "0004A310001FF9E0"}\n'),
    ],
)
def test_a_template_is_filled_with_fields_in_either_spelling(template: str, text: str) -> None:
    assert printed(template, DEVICE) == text


@pytest.mark.parametrize("form", ["yaml", "{{range .}}x{{end}}", "{{len .name}}"])
def test_a_form_that_is_not_known_is_an_error(form: str) -> None:
    with pytest.raises(Failure) as caught:
        printed(form, DEVICE)
    assert caught.value.name == "output_format"
