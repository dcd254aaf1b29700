"""The page reads labels without network, by rules of its own in TypeScript: they are held to those of Python."""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

from claimstack.qr_codes import UnreadableLabel, parse
from tests.claim_page.node import ran

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "vectors" / "tr005_vectors.json").read_bytes())[
    "vectors"
]
NAMES = {
    "join_eui": "joinEui",
    "dev_eui": "devEui",
    "owner_token": "ownerToken",
    "serial_number": "serialNumber",
    "proprietary": "proprietary",
    "checksum": "checksum",
}


@cache
def read_by_the_page() -> dict[str, dict[str, Any]]:
    texts = [vector["input"] for vector in VECTORS]
    return dict(zip(texts, ran("claim/label/vectors.ts", texts), strict=True))


def read_by_the_server(text: str) -> dict[str, Any]:
    """What Python reads, in the page's words."""
    try:
        format_, label = parse(text)
    except UnreadableLabel as fault:
        return {"place": fault.place}
    fields = {ours: getattr(label, name) for name, ours in NAMES.items()}
    words = {name: None if value is None else str(value) for name, value in fields.items()}
    places = [warning.partition(": ")[0] for warning in label.warnings]
    return {"format": format_.ID, "profileId": label.profile_id, "places": places, **words}


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """The page's answer without what only it has: kinds in place of words."""
    if "format" not in answer:
        return {"place": answer["place"]}
    kept = {name: value for name, value in answer.items() if name != "warnings"}
    return {**kept, "places": [warning["place"] for warning in answer["warnings"]]}


def test_all_86_vectors_read_as_python_reads_them() -> None:
    found = {text: plain(answer) for text, answer in read_by_the_page().items()}
    assert len(VECTORS) == 86
    assert found == {vector["input"]: read_by_the_server(vector["input"]) for vector in VECTORS}


def test_what_the_strict_profile_accepts_is_read_with_the_same_fields() -> None:
    for vector in (one for one in VECTORS if one["valid"]):
        answer = read_by_the_page()[vector["input"]]
        for name, value in vector["fields"].items():
            assert (answer["profileId"] if name == "profile_id" else answer[NAMES[name]]) == value, vector["id"]


def test_three_thousand_damaged_labels_read_as_python_reads_them() -> None:
    chance = random.Random(5)
    texts = [damaged(chance.choice(VECTORS)["input"], chance) for _ in range(3000)]
    read = ran("claim/label/vectors.ts", texts)
    wrong = [text for text, answer in zip(texts, read, strict=True) if plain(answer) != read_by_the_server(text)]
    assert wrong == []


def test_too_short_and_too_long_are_measured_as_python_measures_them() -> None:
    label = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000:P"
    texts = [*("A" * n for n in range(8, 18)), *(label.ljust(n, "X") for n in (1023, 1024, 1025, 5000))]
    texts += [label + "é" * n for n in (487, 488)]  # bytes count, not letters
    assert [plain(answer) for answer in ran("claim/label/vectors.ts", texts)] == [read_by_the_server(t) for t in texts]


def damaged(text: str, chance: random.Random) -> str:
    """The text with one to three characters changed, put in, taken away or doubled."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text) + 1)
        new = chance.choice("0aFgLWDO:%_ \r\nSPCVé😀\u00a0.")
        text = text[:at] + chance.choice([new, new + text[at : at + 1], ""]) + text[at + chance.randint(0, 1) :]
    return text


def test_a_fault_never_repeats_what_stood_there() -> None:
    secret = "0123456789ABCDEF0123456789ABCDEF"
    for text in (f"LW:D0:{secret}:0004A310001FF9DA:00000000", f"DevEUI=0004A310001FF9DA AppKey={secret}", secret):
        assert secret not in json.dumps(ran("claim/label/vectors.ts", [text]))
