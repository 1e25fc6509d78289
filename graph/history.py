"""What became of the sheets: every public change up to one position of the journal, and what a sheet said in each.

Only what was public is there: of a sheet that never was, of a state that was not, and of persons' names nothing is
told. A history is that of one version of the graph, which has its position; without a store it is empty.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from graph.differences import FieldChange, diff
from graph.errors import NotAccepted, OutOfRange, UnknownNode
from graph.labels import structure_of
from graph.model import Sheet
from graph.paging import Page
from graph.store.journal import Operation
from graph.store.public import PublicEntry, PublicJournal


class Author(StrEnum):
    """What somebody is to the directory who changed a sheet."""

    IMPORT = "IMPORT"
    PERSON = "PERSON"


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the journal: `at` is a time in UTC, ISO 8601. `action_id` and `revision` are None for the first
    import into an empty store, which brought many sheets at once. `is_public` is whether the sheet was public after it.
    """

    position: int
    at: str
    operation: Operation
    action_id: str | None
    revision: int | None
    author: Author
    reason: str | None
    is_public: bool


@dataclass(frozen=True, slots=True)
class History:
    """The public changes up to a position."""

    journal: PublicJournal | None = None
    position: int = 0

    def changes(
        self,
        first: int,
        after: int | None = None,
        operations: Collection[Operation] = (),
        keys: Collection[str] | None = None,
    ) -> Page[Change]:
        """At most `first` changes after a position, oldest first; of some operations or of some sheets where they are
        given. Raises OutOfRange for a position that the journal has not reached.
        """
        start = self._start(after)
        if self.journal is None:
            return Page(())
        found = self.journal.entries(self.position, start, first + 1, operations, keys)
        return _page(found, first, start > 0 and self.journal.precedes(start, operations, keys))

    def of_sheet(self, key: str, first: int, after: int | None = None) -> Page[Change]:
        """At most `first` changes of a sheet after a position, from the one that brought it. Raises OutOfRange."""
        start = self._start(after)
        if self.journal is None:
            return Page(())
        found = self.journal.of_sheet(key, self.position, start, first + 1)
        return _page(found, first, start > 0 and bool(self.journal.of_sheet(key, start, 0, 1)))

    def last(self, key: str) -> Change | None:
        """The last change of a sheet, or None where there is none that anybody may know."""
        found = self.journal.last(key, self.position) if self.journal else None
        return found and _change(found)

    def revision(self, key: str, revision: int, parameter: str = "revision") -> Change:
        """The change that made a revision of a sheet. Raises UnknownNode, OutOfRange, or NotAccepted for a revision
        that was never public.
        """
        last = self.last(key)
        if self.journal is None or last is None:
            raise UnknownNode("key", key, "action")
        if not 1 <= revision <= (last.revision or 1):
            raise OutOfRange(parameter, revision, f"give a revision from 1 to {last.revision}")
        found = self.journal.at(key, revision, self.position)
        if found is None:
            raise NotAccepted(parameter, revision, "that revision was not public")
        return _change(found)

    def sheet(self, change: Change) -> Sheet | None:
        """What the sheet says after a change, or None where that is not public."""
        if self.journal is None or change.action_id is None or change.revision is None or not change.is_public:
            return None
        return self.journal.sheet(change.action_id, change.revision)

    def changed(self, change: Change) -> tuple[FieldChange, ...]:
        """What a change changed for the readers, since the sheet was last public; nothing where it was not before, or
        is not after, nor where a past was erased.
        """
        after = None if change.operation is Operation.ERASE else self.sheet(change)
        if self.journal is None or after is None or change.action_id is None or change.revision is None:
            return ()
        before = self.journal.sheet_before(change.action_id, change.revision)
        return () if before is None else diff(before, after)

    def diff(self, key: str, before: int, after: int) -> tuple[FieldChange, ...]:
        """What differs between two revisions of a sheet, in either order. Raises as `revision` does, and NotAccepted
        for a revision that shows no sheet.
        """
        return diff(self._shown(key, before, "before"), self._shown(key, after, "after"))

    def withdrawn_of(self, structure: str) -> list[str]:
        """The keys of the sheets of a structure that were public and are no more."""
        withdrawn = self.journal.withdrawn() if self.journal else ()
        return [key for key, body in withdrawn if structure_of(body) == structure]

    def _start(self, after: int | None) -> int:
        if after is not None and after > self.position:
            raise OutOfRange("after", after, f"the journal ends at {self.position}")
        return after or 0

    def _shown(self, key: str, revision: int, parameter: str) -> Sheet:
        sheet = self.sheet(self.revision(key, revision, parameter))
        if sheet is None:
            raise NotAccepted(parameter, revision, "the sheet was not public then")
        return sheet


NO_HISTORY = History()
"""That of a graph without a store."""


def _page(found: list[PublicEntry], first: int, earlier: bool) -> Page[Change]:
    return Page(list(map(_change, found[:first])), len(found) > first, earlier)


def _change(entry: PublicEntry) -> Change:
    author = Author.IMPORT if entry.is_import else Author.PERSON
    return Change(
        entry.position,
        entry.at,
        entry.operation,
        entry.key,
        entry.revision,
        author,
        entry.reason,
        entry.is_public,
    )
