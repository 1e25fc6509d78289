"""What a store of a few cards must hold, in dictionaries: the rules of `docs/store.md` once more, without a database.

A *card* is one title, structure and year, which no other card has: so a sheet is mended within its card only, and of a
card a source gives one sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from graph.model import Sheet, SheetText, action_key, sheet_of

PUBLISHED, WITHDRAWN = "PUBLISHED", "WITHDRAWN"


@dataclass(frozen=True)
class Past:
    since: int
    state: str
    sheet: Sheet
    by_import: bool


@dataclass
class Kept:
    """One sheet, its revisions oldest first."""

    key: str
    card: str
    revisions: list[Past]

    @property
    def now(self) -> Past:
        return self.revisions[-1]

    @property
    def is_published(self) -> bool:
        return self.now.state == PUBLISHED


@dataclass
class Outcome:
    added: int = 0
    changed: int = 0
    left: int = 0
    waiting: int = 0
    missing: set[str] = field(default_factory=set)


class Model:
    def __init__(self) -> None:
        self.sheets: dict[str, Kept] = {}  # in the order of their numbers
        self.aliases: dict[str, str] = {}
        self.given: dict[str, dict[str, Sheet]] = {}
        self.waiting = 0
        self.position = 0

    # What it holds.

    def published(self) -> dict[str, Sheet]:
        return self.as_of(self.position)

    def as_of(self, position: int) -> dict[str, Sheet]:
        """The published sheets after a position."""
        found = {}
        for kept in self.sheets.values():
            until = [past for past in kept.revisions if past.since <= position]
            if until and until[-1].state == PUBLISHED:
                found[kept.key] = until[-1].sheet
        return found

    def of_card(self, card: str) -> list[Kept]:
        """The sheets that are found by their card: those that became another one are not."""
        return [kept for kept in self.sheets.values() if kept.card == card and kept.key not in self.aliases]

    def is_ambiguous(self) -> bool:
        """Whether two sheets of a card say the same: which of them a source means is then nobody's to say."""
        said = [(kept.now.state, kept.now.sheet) for kept in self.sheets.values() if kept.key not in self.aliases]
        return len(said) != len({*said})

    def has_two_of_a_card(self, source: str) -> bool:
        """Whether a source has two sheets of one card, since it said another one's words once: which of them it mends
        next is the likest one, which is not told here.
        """
        cards = [self._card(key) for key in self.given.get(source, ())]
        return len(cards) != len({*cards})

    # What a person does.

    def add(self, sheet: Sheet, *, at: int | None = None, by_import: bool = False) -> str:
        key = next(key for turn in range(1, 99) if (key := action_key(sheet, turn)) not in self.sheets)
        if at is None:
            at = self._next()
        self.sheets[key] = Kept(key, sheet.title, [Past(at, PUBLISHED, sheet, by_import)])
        return key

    def revise(self, key: str, sheet: Sheet | None = None, state: str | None = None, *, by_import: bool = False) -> int:
        kept = self.sheets[key]
        past = Past(self._next(), state or kept.now.state, sheet or kept.now.sheet, by_import)
        kept.revisions.append(past)
        return past.since

    # What an import does.

    def take(self, source: str, sheets: list[Sheet], *, prune: bool) -> Outcome:
        mine = self.given.setdefault(source, {})
        same = {key for key, sheet in mine.items() if sheet in sheets}
        left = [sheet for sheet in sheets if sheet not in mine.values()]
        outcome = Outcome(left=len(sheets) - len(left), missing={*mine} - same)
        changes = [
            (key, sheet)
            for sheet in left
            for key in sorted(outcome.missing)
            if self._card(key) == sheet.title and not self._is_barred(key, sheet, source)
        ]
        outcome.missing -= {key for key, _ in changes}
        known, new = [], []
        for sheet in left:
            if sheet not in [each for _, each in changes]:
                self._look_up(sheet, changes, known, new)
        changes.sort(key=lambda change: sheets.index(change[1]))
        self._add(new, outcome, mine)
        self._take_back(known, outcome, mine)
        self._change(changes, source, outcome)
        for key in sorted(outcome.missing) if prune else ():
            del mine[key]
            if self.sheets[key].is_published and not self._is_given(key):
                self.revise(key, state=WITHDRAWN, by_import=True)
        return outcome

    def _look_up(
        self, sheet: Sheet, changes: list[tuple[str, Sheet]], known: list[tuple[str, Sheet]], new: list[Sheet]
    ) -> None:
        settled = {key for key, _ in (*changes, *known)}
        candidates = [kept for kept in self.of_card(sheet.title) if kept.key not in settled]
        saying = sorted((kept for kept in candidates if kept.now.sheet == sheet), key=lambda kept: kept.now.state)
        if saying:
            known.append((saying[0].key, sheet))
            return
        for kept in candidates:
            if self._may_return(kept.key):
                changes.append((kept.key, sheet))
                return
            if self._had(kept, sheet):
                known.append((kept.key, sheet))
                return
        new.append(sheet)

    def _add(self, new: list[Sheet], outcome: Outcome, mine: dict[str, Sheet]) -> None:
        is_first = self.position == 0
        for sheet in new:
            at = 1 if is_first else self._next()
            self.position = max(self.position, at)
            mine[self.add(sheet, at=at, by_import=True)] = sheet
        outcome.added += len(new)

    def _take_back(self, known: list[tuple[str, Sheet]], outcome: Outcome, mine: dict[str, Sheet]) -> None:
        back = [(key, sheet) for key, sheet in known if not self.sheets[key].is_published and self._may_return(key)]
        for key, _ in back:
            self.revise(key, state=PUBLISHED, by_import=True)
        mine |= dict(known)
        outcome.added += len(back)
        outcome.left += len(known) - len(back)

    def _change(self, changes: list[tuple[str, Sheet]], source: str, outcome: Outcome) -> None:
        mine, revised = self.given[source], []
        for key, theirs in changes:
            ours = self.sheets[key].now.sheet
            sheet, clashes = merge(mine[key], ours, theirs) if key in mine else (theirs, False)
            outcome.waiting += clashes
            back = self._may_return(key)
            if sheet != ours or back:
                self.revise(key, sheet, PUBLISHED if back else None, by_import=True)
                revised.append(key)
        outcome.changed += len(revised)
        outcome.left += len(changes) - len(revised)
        self.waiting += outcome.waiting
        mine |= dict(changes)
        for key in revised:
            self._absorb(key)

    def _absorb(self, key: str) -> None:
        """Let a sheet that says what another one says become that one."""
        kept = self.sheets[key]
        for other in self.of_card(kept.card):
            if other is not kept and other.is_published and other.now.sheet == kept.now.sheet:
                self.revise(key, state=WITHDRAWN, by_import=True)
                self.aliases = {old: other.key if into == key else into for old, into in self.aliases.items()}
                self.aliases[key] = other.key
                for sheets in self.given.values():
                    if key in sheets:
                        sheets.setdefault(other.key, sheets.pop(key))
                return

    def _may_return(self, key: str) -> bool:
        now = self.sheets[key].now
        return now.state == WITHDRAWN and now.by_import and not self._is_given(key)

    def _is_given(self, key: str) -> bool:
        return any(key in sheets for sheets in self.given.values())

    def _is_barred(self, key: str, sheet: Sheet, source: str) -> bool:
        """Whether a sheet that another source still gives would become one that is there beside it."""
        others = any(key in sheets for other, sheets in self.given.items() if other != source)
        says = [kept.key for kept in self.of_card(sheet.title) if kept.is_published and kept.now.sheet == sheet]
        return others and bool(says) and key not in says

    def _had(self, kept: Kept, sheet: Sheet) -> bool:
        before = (past.sheet for past in kept.revisions[:-1])
        return sheet in before or sheet in (sheets.get(kept.key) for sheets in self.given.values())

    def _card(self, key: str) -> str:
        return self.sheets[key].card

    def _next(self) -> int:
        self.position += 1
        return self.position


def merge(base: Sheet, ours: Sheet, theirs: Sheet) -> tuple[Sheet, bool]:
    """Who changed a field has it, and ours where both did; and whether both did, differently."""
    was, mine, new = map(_fields, (base, ours, theirs))
    kept = {name: new[name] if mine[name] == was[name] else mine[name] for name in was}
    clash = any(mine[name] != was[name] != new[name] != mine[name] for name in was)
    return sheet_of(kept), clash


def _fields(sheet: Sheet) -> dict[str, Any]:
    own = {each.name: getattr(sheet, each.name) for each in fields(Sheet) if each.name not in ("text", "origin")}
    return own | {each.name: getattr(sheet.text, each.name) for each in fields(SheetText)}
