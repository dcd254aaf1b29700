"""What can go wrong in a database, in words that are the same for both engines."""


class StorageError(Exception):
    """The database cannot be used as configured; the text is one clear line for an operator."""


class UniqueViolation(Exception):
    """A constraint refused a row that another transaction made first. `constraint` is the engine's own wording."""

    def __init__(self, constraint: str) -> None:
        self.constraint = constraint
        super().__init__(constraint)


class Busy(Exception):
    """The database did not take the work in time (locked, full, gone): nothing was written, try again."""


class CommitUnknown(Exception):
    """The connection broke while committing: whether the work counts is settled by asking again with the same key."""
