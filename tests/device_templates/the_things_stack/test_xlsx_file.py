"""The spreadsheet template: the same columns in the first sheet; strangers' archives do no harm."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from claimstack.device_templates.the_things_stack import workbook
from tests.device_templates.conversions import SAMPLES, devices, ids, outcomes, pieces, with_samples, wrong

XLSX = "the-things-stack-xlsx"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BOOK = f'<workbook {NS} {REL}><sheets><sheet name="Devices" sheetId="3" r:id="rId7"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="rId7" Target="worksheets/devices.xml"/></Relationships>'


def archive(parts: Mapping[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return file.getvalue()


def spreadsheet(rows: str, texts: str = "", **more: str) -> bytes:
    """A workbook whose one sheet has these rows."""
    parts = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/devices.xml": f"<x:worksheet xmlns:x='m'><x:sheetData>{rows}</x:sheetData></x:worksheet>",
    }
    if texts:
        parts["xl/sharedStrings.xml"] = f"<sst {NS}>{texts}</sst>"
    return archive({**parts, **more})


def text(*cells: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def test_rows_of_inline_and_shared_texts_are_read() -> None:
    shared = (
        "<si><t>id</t></si><si><r><t>dev</t></r><r><t>_eui</t></r><rPh><t>no</t></rPh></si><si><t>sensor-1</t></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="C4" t="str"><v>0004A310001FF9DA</v></c></row>'
    )
    (device,) = devices(XLSX, spreadsheet(rows, shared))
    assert (device.ids.device_id, device.ids.dev_eui.hex()) == ("sensor-1", "0004a310001ff9da")


def test_cells_left_out_at_the_end_and_empty_rows_are_no_mistake() -> None:
    file = spreadsheet(text("id", "name", "dev_eui") + text("sensor-1") + "<row/>" + text("sensor-2", "x"))
    assert ids(outcomes(XLSX, pieces(file, 100))) == ["sensor-1", "sensor-2"]


def test_an_eui_kept_as_a_number_is_refused_because_digits_are_lost() -> None:
    rows = text("id", "dev_eui", "last_f_cnt_up") + (
        '<row r="2"><c t="str"><v>sensor-1</v></c><c><v>1111111111111110</v></c><c><v>12</v></c></row>'
    )
    found = outcomes(XLSX, spreadsheet(rows + text("sensor-2", "0004A310001FF9DA", "12")))
    assert wrong(found) == [
        (
            "entry 0, line 2, column 2",
            "parse_csv_field",
            "`dev_eui`: is kept as a number, which loses digits: format the column as text",
        )
    ]
    assert ids(found) == ["sensor-2"]


def test_a_number_where_a_number_belongs_is_read() -> None:
    rows = text("id", "last_f_cnt_up") + '<row><c t="str"><v>sensor-1</v></c><c><v>12</v></c></row>'
    (device,) = devices(XLSX, spreadsheet(rows))
    assert device.session.last_f_cnt_up == 12


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
HARMFUL = {
    "no archive": (b"id;dev_eui\n", "expected a spreadsheet file (.xlsx)"),
    "nothing": (b"", "expected a spreadsheet file (.xlsx)"),
    "an archive of something else": (archive({"a.txt": "x"}), "the spreadsheet has no part xl/workbook.xml"),
    "no sheet": (spreadsheet("", **{"xl/workbook.xml": "<workbook/>"}), "has no part xl/worksheets/sheet1.xml"),
    "entities": (spreadsheet("", **{"xl/worksheets/devices.xml": ENTITIES}), "document types are not read"),
    "broken XML": (spreadsheet("<row><c></row>"), "the spreadsheet's XML is broken in line 1"),
    "an empty sheet": (spreadsheet("<row/>"), "expected the names of columns in the first row, found none"),
    "a million columns": (
        spreadsheet('<row><c r="ZZZ1" t="str"><v>x</v></c></row>'),
        "expected at most 256 columns",
    ),
    "a text that is not there": (
        spreadsheet('<row><c r="A1" t="s"><v>5</v></c></row>', "<si><t>id</t></si>"),
        "a cell names a shared text that is not there",
    ),
    "a bomb of blanks": (spreadsheet(" " * (1 << 24)), "unpacks to more than a spreadsheet of devices can need"),
    "a bomb of texts": (
        spreadsheet(text("id"), "<si><t>" + "x" * (1 << 24) + "</t></si>"),
        "unpacks to more than a spreadsheet of devices can need",
    ),
    "very many parts": (archive({f"part-{n:05}": "" for n in range(2000)}), "more parts than one can need"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_an_archive_that_is_no_spreadsheet_or_a_bomb_is_refused(kind: str) -> None:
    file, reason = HARMFUL[kind]
    ((_, _, why),) = wrong(outcomes(XLSX, file))
    assert why.endswith(reason)


def test_a_damaged_archive_is_refused_whatever_is_damaged() -> None:
    file = spreadsheet(text("id", "dev_eui") + text("sensor-1", "0004A310001FF9DA"))
    for position in range(0, len(file), 3):
        damaged = file[:position] + bytes([file[position] ^ 0xFF]) + file[position + 1 :]
        assert len(outcomes(XLSX, damaged)) <= 1


def test_a_part_that_is_packed_in_an_unusual_way_is_refused() -> None:
    found = outcomes(XLSX, archive({"xl/workbook.xml": BOOK}, zipfile.ZIP_BZIP2))
    assert wrong(found) == [("entry 0", "parse_xlsx", "is packed in a way that spreadsheets are not")]


def test_a_packed_file_that_is_too_long_ends_the_reading() -> None:
    endless = iter(lambda: b"PK" * (1 << 19), b"")
    ((_, name, reason),) = wrong(outcomes(XLSX, endless))
    assert (name, reason) == (workbook.NAME, "expected at most 16777216 bytes")


@with_samples
def test_the_real_template_is_read() -> None:
    found = devices(XLSX, (SAMPLES / "tts-devices-template.xlsx").read_bytes())
    assert [device.ids.device_id for device in found] == ["test-one", "test-two", "test-three"]
    assert found[0].root_keys.app_key.key.hex() == "a111111111111111a111111111111111"
    assert found[0].version_ids.hardware_version == "1.1"
