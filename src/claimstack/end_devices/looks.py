"""End devices looked up by application and id: at once on SQLite, together on PostgreSQL.

There each question is a round trip and a connection for its time, and one statement answers many at little more.
"""

from collections.abc import Sequence

from claimstack.end_devices import store
from claimstack.storage import Database, Lanes, Row

Asked = tuple[int, str]
"""Application (surrogate) and device id."""


class Looks:
    """Answers each question from a moment after it was asked."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lanes: Lanes[Asked, Row | None] = Lanes(self._together, self._alone)

    async def device(self, application: int, uid: str) -> Row | None:
        """The row with the columns of its code; None when there is no such device. `Busy`: no answer, try again."""
        ask = self._alone if self._db.engine == "sqlite" else self._lanes.answer
        return await ask((application, uid))

    async def _together(self, asked: Sequence[Asked]) -> list[Row | None]:
        return await store.with_codes(self._db, asked)

    async def _alone(self, asked: Asked) -> Row | None:
        return (await store.with_codes(self._db, [asked]))[0]
