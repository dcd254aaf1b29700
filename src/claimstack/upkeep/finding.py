"""One thing that is wrong in the database, for a person: where, what, and what to do."""

from typing import NamedTuple


class Finding(NamedTuple):
    """`table` and `key` name the row, `wrong` says what is wrong with it, `remedy` what to do."""

    table: str
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.wrong}. {self.remedy}"
