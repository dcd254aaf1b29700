"""The first view of the Console is light: what a browser fetches, compressed as it is served."""

import gzip
import re

from tests.console.conftest import Visitor

MOST_BYTES = 150 << 10


def test_the_first_view_is_at_most_150_kib(visitor: Visitor) -> None:
    page = visitor.get("/console")
    paths = set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', page.text))
    assert len(paths) == 4  # style, script, icons, mark
    sizes = {"page": len(gzip.compress(page.content))}
    for path in sorted(paths):
        with visitor.http.stream("GET", path, headers={"accept-encoding": "br"}) as answer:
            assert answer.status_code == 200
            assert "max-age=31536000" in answer.headers["cache-control"]
            sizes[path] = sum(len(part) for part in answer.iter_raw())
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert sum(sizes.values()) < 20 << 10, sizes  # as of today; room is better spent on what people see
