"""What the reading process makes of files: of forgeries nothing, of rows alike what care would, of bad ones words."""

import json
import random
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from claimstack.edge.imports.checked import CheckedDevices
from claimstack.edge.imports.reader import rows
from claimstack.edge.imports.teams import BATCH, FEW
from claimstack.edge.json_codec import decode
from claimstack.edge.rules import check
from claimstack.errors import Invalid
from claimstack.import_rows import FoundRow, Order
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.device_templates.microchip.maker import maker
from tests.device_templates.microchip.test_forgeries import EXPIRED, FORGED, SECOND
from tests.imports.jobs import HEAD, dev_eui, line, table

CHIPS = [(f"0123aaaaaaaaaaa{one}27", f"0004A3100000000{one}") for one in range(3)]
NOW = 1_795_521_600_000_000


def order(format_id: str = "the-things-stack-csv", keys: bytes = b"", **words: object) -> Order:
    request = v1.CreateImportRequest(application_ids={"application_id": "maker-app"}, **words)  # type: ignore[arg-type]
    return Order(format_id, request.SerializeToString(), NOW, keys=keys)


def read(file: bytes, size: int = 1 << 16, given: Order | None = None) -> list[FoundRow]:
    pieces = (file[start : start + size] for start in range(0, len(file), size))
    return list(rows(given or order(), pieces))


def test_of_more_than_sixty_forged_entries_none_becomes_a_device() -> None:
    assert len(FORGED) >= 60
    signers, roots = maker().signer.pem + SECOND.pem + EXPIRED.pem, maker().root.public_bytes(Encoding.PEM)
    given = order("microchip-atecc608a-tnglora", strict=True)._replace(signers=signers, roots=roots)
    made = [forgery() for _, forgery in FORGED.values()]
    made.append(maker().entry(maker().payload("0123aaaaaaaaaaaa27", "0004A31000000001")))
    written = [one if isinstance(one, str) and one.startswith("{") else json.dumps(one) for one in made]
    found = read(f"[{','.join(written)}]".encode(), given=given)
    assert [bool(one.wish) for one in found] == [*(False for _ in FORGED), True]
    assert all(one.error for one in found[:-1])


def test_behind_the_first_entries_processes_of_their_own_judge_a_manifest_alike() -> None:
    given = order("microchip-atecc608a-tnglora")._replace(signers=maker().signer.pem)
    first, last, broken = (json.dumps(maker().entry(maker().payload(*chip))) for chip in CHIPS)
    broken = broken.replace('"protected": "', '"protected": "A')
    found = read(f"[{','.join([broken] * FEW + [first] * (2 * BATCH) + [last, broken])}]".encode(), given=given)
    assert {one.error for one in found[:FEW]} == {"parse_jws"}
    assert [bool(one.wish) for one in found[FEW:]] == [True, *[False] * (2 * BATCH - 1), True, False]
    assert {one.error for one in found[FEW + 1 : -2]} == {"duplicate"}
    assert found[-1].reason == found[0].reason


def unusual(number: int) -> Iterator[dict[str, str]]:
    yield {"name": f"  padded {number} "}
    yield {"dev_eui": f"00-04-A3-10-00-00-{number >> 8:02X}-{number & 255:02X}"}
    yield {"dev_eui": "0004a31000000000"}
    yield {"id": ""}
    yield {"id": "", "dev_eui": ""}
    yield {"app_key": "12 34"}
    yield {"app_key": "12" * 15 + " 1"}
    yield {"app_key": ""}
    yield {"id": "Upper"}
    yield {"id": "x" * 37}
    yield {"frequency_plan_id": "US_902_928_FSB_2"}
    yield {"lorawan_version": "1.0.3"}
    yield {"lorawan_version": "9.9"}
    yield {"name": "n" * 51}
    yield {"name": "n" * 5000}
    yield {"join_eui": ""}
    yield {"frequency_plan_id": "f" * 65}


def test_rows_alike_are_read_as_if_each_were_the_first() -> None:
    chance = random.Random(1)
    lines = []
    for number in range(600):
        changes = list(unusual(number))
        lines.append(line(number, **(chance.choice(changes) if number % 3 else {})))
    together = read(table(lines))
    alone = [read(table([one]))[0]._replace(line=found.line) for one, found in zip(lines, together, strict=True)]
    assert [one._replace(line=0, reason="", last=False) for one in together] == [
        one._replace(line=0, reason="", last=False) for one in alone
    ]


def test_rows_alike_have_the_defaults_and_each_its_own_key_from_beside() -> None:
    lines = "".join(f"sensor-{n};{dev_eui(n)}\n" for n in range(1, 6))
    keys = "".join(f"{dev_eui(n)},{n:032X}\n" for n in range(1, 6)).encode()
    defaults = {"join_eui": bytes(8), "version_ids": {"brand_id": "maker"}}
    found = [one.wish for one in read(f"id;dev_eui\n{lines}".encode(), given=order(keys=keys, defaults=defaults))]
    assert [one and one.keys for one in found] == [(("app_key", n.to_bytes(16, "big")),) for n in range(1, 6)]
    plain = [one.wish for one in read(f"id;dev_eui\n{lines}".encode(), given=order(defaults=defaults))]
    for bodies in (found, plain):
        assert {one and (one.join_eui, b"maker" in one.is_body, one.is_body) for one in bodies} == {
            (bytes(8), True, bodies[0] and bodies[0].is_body)
        }


def test_devices_of_a_known_kind_are_held_to_the_same_rules() -> None:
    checked = CheckedDevices()
    for number in range(200):
        for changes in unusual(number):
            device = device_of(changes, number)
            assert outcome(checked.check, device) == outcome(check, device), changes


def device_of(changes: dict[str, str], number: int) -> v3.EndDevice:
    device = v3.EndDevice(name=changes.get("name", ""), description="d" * (number * 20))
    device.frequency_plan_id = changes.get("frequency_plan_id", "EU_863_870")
    device.ids.application_ids.application_id = "maker-app"
    device.ids.device_id = f"sensor-{number}"
    device.ids.dev_eui, device.ids.join_eui = number.to_bytes(8, "big"), bytes(8)
    device.root_keys.app_key.key = bytes(16)
    return device


def outcome(look: object, device: v3.EndDevice) -> bool:
    try:
        look(device)  # type: ignore[operator]
    except Invalid:
        return False
    return True


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_a_broken_quote_is_placed_and_the_rest_is_read(size: int) -> None:
    found = read(table([line(1), line(2, name='"lost'), line(3)]), size)
    assert [(one.line, bool(one.wish)) for one in found] == [(2, True), (3, False), (4, True)]
    assert found[1].column == len("sensor-2;0004A31000000002;70B3D57ED0000000;") + 1


def test_a_line_of_ten_mebibytes_is_passed_over() -> None:
    found = read(table([line(1), "x" * (10 << 20), line(3)]))
    assert [bool(one.wish) for one in found] == [True, False, True]
    assert found[1].line == 3
    assert "characters" in found[1].reason


def test_json_nested_ten_thousand_deep_is_placed_and_the_next_is_read() -> None:
    good = b'{"ids":{"device_id":"sensor-1","dev_eui":"0004A31000000001"},"name":"x"}'
    found = read(b"[" + b"[" * 10_000 + b"]" * 10_000 + b"," + good + b"]", given=order("the-things-stack"))
    assert [bool(one.wish) for one in found] == [False, True]
    assert "nesting" in found[0].reason
    assert found[0].line == 1


def test_text_with_nul_is_refused() -> None:
    assert "NUL" in read(table([line(1, name="a\0b")]))[0].reason
    file = b'{"ids":{"device_id":"sensor-1","dev_eui":"0004A31000000001"},"name":"a\\u0000b"}'
    assert "NUL" in read(file, given=order("the-things-stack"))[0].reason


def test_what_the_file_does_not_say_is_taken_from_the_defaults() -> None:
    defaults = {"frequency_plan_id": "EU_863_870", "lorawan_version": 4, "lorawan_phy_version": 5, "join_eui": bytes(8)}
    file = b"dev_eui\n0004A31000000001\n"
    (found,) = read(file, given=order(defaults=defaults))
    assert found.wish is not None
    assert found.wish.join_eui == bytes(8)
    assert {name for name, _, _ in found.wish.parts} == {"as", "ns", "js"}


def test_the_network_server_is_not_asked_to_take_what_it_cannot() -> None:
    (found,) = read(b"dev_eui\n0004A31000000001\n", given=order(components=["ns"]))
    assert (found.error, "frequency_plan_id" in found.reason) == ("validation", True)


def test_an_empty_file_and_one_without_a_head_are_refused() -> None:
    assert [one.error for one in read(b"")] == ["csv_header"]
    assert [one.error for one in read(b"nothing;known\n1;2\n")] == ["csv_header"]


def test_the_head_alone_is_an_import_of_nothing() -> None:
    assert read(HEAD.encode()) == []


def test_a_device_keeps_no_secret_in_what_is_not_sealed() -> None:
    (found,) = read(table([line(0xABCDEF)]))
    assert found.wish is not None
    plain = b"".join([found.wish.is_body, *(settings for _, settings, _ in found.wish.parts)])
    assert 0xABCDEF.to_bytes(16, "big") not in plain
    assert found.wish.keys == (("app_key", 0xABCDEF.to_bytes(16, "big")),)
    assert "ABCDEF" not in repr(found)


def test_the_reader_reads_devices_as_the_server_does() -> None:
    assert decode(v3.EndDevice)({"name": "x"}).name == "x"


def chips(count: int = 3) -> list[str]:
    """Entries of chips without a DevEUI."""
    made = (maker().payload(f"0123{n:012x}27", form="MAHTN-T", partNumber="ATECC608A-MAHT2") for n in range(count))
    return [json.dumps(maker().entry(payload)) for payload in made]


def of_chips(entries: list[str], keys: bytes = b"", **words: object) -> list[FoundRow]:
    given = order("microchip-atecc608a-mahtn-t", keys=keys, **words)
    return read(f"[{','.join(entries)}]".encode(), given=given._replace(signers=maker().signer.pem))


def test_chips_without_a_dev_eui_are_numbered_by_their_place_in_the_file() -> None:
    first, second, third = chips()
    start = bytes.fromhex("0004A310000000FF")
    found = of_chips([first, "{}", second, third], start_dev_eui=start, defaults={"join_eui": bytes([9] * 8)})
    wishes = [one.wish for one in found]
    assert [one and one.uid for one in wishes] == [
        "eui-0004a310000000ff", None, "eui-0004a31000000101", "eui-0004a31000000102",
    ]  # fmt: skip
    assert {one.join_eui for one in wishes if one} == {bytes([9] * 8)}
    assert all(one.dev_eui and one.uid == f"eui-{one.dev_eui.hex()}" for one in wishes if one)
    assert [one.takes_code for one in found] == [True, False, True, True]


def test_chips_without_a_dev_eui_are_named_by_a_file_of_serials_which_may_have_keys() -> None:
    keys = b"serial;dev_eui;app_key\n012300000000000127;0004A31000000007\n012300000000000227,0004A31000000008," + (
        b"0F" * 16
    )
    found = of_chips(chips(), keys)
    assert [one.error for one in found] == ["no_dev_eui", "", ""]
    assert [one.wish and one.wish.dev_eui and one.wish.dev_eui[-1] for one in found] == [None, 7, 8]
    assert [one.wish and one.wish.keys for one in found] == [None, (), (("app_key", b"\x0f" * 16),)]
    assert {one.wish.join_eui for one in found if one.wish} == {bytes.fromhex("70B3D57ED0000000")}


def test_chips_without_a_dev_eui_are_refused_with_the_way_out() -> None:
    (alone,) = of_chips(chips(1))
    assert alone.error == "no_dev_eui"
    assert "start_dev_eui" in alone.reason
    assert [one.error for one in of_chips(chips(2), start_dev_eui=b"\xff" * 8)] == ["", "no_dev_eui"]


def test_a_chip_that_has_a_dev_eui_keeps_it() -> None:
    entry = json.dumps(maker().entry(maker().payload("0123aaaaaaaaaaaa27", "0004A31000000001")))
    given = order("microchip-atecc608a-tnglora", keys=b"0123aaaaaaaaaaaa27,0004A31000000002", start_dev_eui=bytes(8))
    (found,) = read(f"[{entry}]".encode(), given=given._replace(signers=maker().signer.pem))
    assert found.wish is not None
    assert found.wish.uid == "eui-0004a31000000001"
