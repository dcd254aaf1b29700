"""Compile the contract in `api/` into `src/claimstack/wire/`.

What is written there belongs to nobody's hands: message classes, `v3` and `claimstack_v1` (every
name in one place), the descriptor set that the transcoder and reflection read, and comments.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import google.api.annotations_pb2
import grpc_tools  # type: ignore[import-untyped]
from google.protobuf import descriptor_pb2 as d
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb  # the wheel ships no .proto file

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "api"
WIRE = ROOT / "src" / "claimstack" / "wire"
DATA = ("field_masks.json", "unimplemented.json")
RULES = "buf/validate/validate.proto"
PACKAGES = {
    "v3": "ttn.lorawan.v3",
    "claimstack_v1": "claimstack.v1",
    "options": "claimstack.options.v1",
}
OURS = re.compile(r"^(from|import) (ttn|claimstack|buf)\b", re.MULTILINE)


def main() -> None:
    """Write the wire package, unless it is newer than all it is made from."""
    if is_fresh():
        return
    WIRE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WIRE.parent, prefix=".wire-") as scratch:
        made = Path(scratch) / "wire"
        made.mkdir()
        write_wire(made, Path(scratch))
        if WIRE.exists():
            WIRE.rename(Path(scratch) / "old")
        made.rename(WIRE)


def is_fresh() -> bool:
    """Whether the last thing written is younger than every source of it."""
    stamp = WIRE / "contract.binpb"
    sources = [Path(__file__), Path(validate_pb.__file__), *API.rglob("*.*")]
    return stamp.exists() and stamp.stat().st_mtime > max(p.stat().st_mtime for p in sources)


def write_wire(out: Path, scratch: Path) -> None:
    """Fill `out`; the contract itself comes last, so that it can serve as the stamp."""
    protos = sorted(str(p.relative_to(API)) for p in API.rglob("*.proto"))
    compile_protos([*protos, RULES], out, scratch)
    documented = scratch / "documented.binpb"
    run_protoc(scratch, "--include_source_info", f"--descriptor_set_out={documented}", *protos)
    files = d.FileDescriptorSet.FromString(documented.read_bytes()).file
    for name, package in PACKAGES.items():
        (out / f"{name}.py").write_text(module_of(package, [f for f in files if f.package == package]))
    (out / "comments.json").write_text(json.dumps(dict(comments(files)), indent=0))
    for name in DATA:
        shutil.copy(API / name, out / name)
    contract = out / "contract.binpb"
    run_protoc(scratch, "--include_imports", f"--descriptor_set_out={contract}", *protos)
    runpy.run_path(str(ROOT / "scripts" / "generate_cli_contract.py"))["generate"](out)


def compile_protos(protos: list[str], out: Path, scratch: Path) -> None:
    """Let protoc write the message modules, then move their imports below the wire package."""
    run_protoc(scratch, f"--python_out={out}", f"--pyi_out={out}", *protos)
    for folder in [out, *(p for p in out.rglob("*") if p.is_dir())]:
        (folder / "__init__.py").write_text('"""Generated from api/ by scripts/generate_wire.py."""\n')
    for module in out.rglob("*_pb2.py*"):
        module.write_text(OURS.sub(r"\1 claimstack.wire.\2", module.read_text()))


def run_protoc(scratch: Path, *arguments: str) -> None:
    """Run the compiler over `api/`, the installed google files and the validation rules."""
    rules = scratch / "rules.binpb"
    if not rules.exists():
        rules.write_bytes(rules_descriptor_set())
    folders = (API, Path(google.api.annotations_pb2.__file__).parents[2], protoc_includes())
    includes = [f"--proto_path={folder}" for folder in folders]
    if protoc.main(["protoc", f"--descriptor_set_in={rules}", *includes, *arguments]):
        sys.exit("generate_wire: protoc refused the contract, see above")


def protoc_includes() -> Path:
    """Where grpcio-tools keeps google/protobuf/*.proto."""
    return Path(str(grpc_tools.__file__)).parent / "_proto"


def rules_descriptor_set() -> bytes:
    """The protovalidate rules and what they import, as a serialized FileDescriptorSet."""
    found = d.FileDescriptorSet()
    rules = validate_pb.desc()
    for one in (*rules.dependencies, rules):
        found.file.append(d.FileDescriptorProto.FromString(one.proto.to_binary()))
    return found.SerializeToString()


def module_of(package: str, files: list[d.FileDescriptorProto]) -> str:
    """Source of a module that names everything a proto package has."""
    lines = [f'"""Every name of {package}. Generated from api/ by scripts/generate_wire.py."""\n']
    for file in files:
        module = "claimstack.wire." + file.name.removesuffix(".proto").replace("/", ".") + "_pb2"
        names = [m.name for m in file.message_type] + [e.name for e in file.extension]
        for enum in file.enum_type:
            names += [enum.name, *(v.name for v in enum.value)]
        lines += [f"from {module} import {name} as {name}" for name in names]
        lines += [f"import {module}"] * (not names)  # services alone: they must be registered too
        if not names:  # services alone: imported all the same, so that the descriptor pool has them
            lines.append(f"import {module}")
    return "\n".join(lines) + "\n"


def comments(files: Iterable[d.FileDescriptorProto]) -> Iterator[tuple[str, str]]:
    """Pairs of full name and doc comment, as they stand in the proto files."""
    for file in files:
        for location in file.source_code_info.location:
            if location.leading_comments and (name := name_at(file, list(location.path))):
                yield f"{file.package}.{name}", " ".join(location.leading_comments.split())


def name_at(file: d.FileDescriptorProto, path: list[int]) -> str:
    """The dotted name below the package of what a source location points to, "" if of nothing."""
    node, names = file, []
    while len(path) > 1:
        field = type(node).DESCRIPTOR.fields_by_number[path[0]]
        node, path = getattr(node, field.name)[path[1]], path[2:]
        names.append(node.name)
    return ".".join(names) if not path else ""


if __name__ == "__main__":
    main()
