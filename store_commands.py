"""Commands about the store itself: maillage structures | journal | verify | backup | erase | migrate | proposals."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from graph.ingest.structures import NotStructures, read_structures
from graph.store import Store
from graph.store.database import copy_before_migration, format_of
from graph.store.erasing import Erasure
from graph.store.journal import Cause
from graph.store.merging import values_of
from graph.store.proposals import Decided, Proposal
from graph.store.reach import Reach
from graph.store.reading import Entry
from graph.store.remains import holding, own_files
from graph.store.writer import Refused
from settings import Settings

app = typer.Typer()

LARGEST = 2**63 - 1
"""The largest number that a database has room for."""

AT_ONCE = 1_000
"""How many entries of the journal are read together."""

MOST_ERRORS = 20
"""How many errors of a file are shown."""

StoreOption = Annotated[Path | None, typer.Option("--store", help="The store to use. Default: the setting `store`.")]


def settings_of(**options: object) -> Settings:
    """The settings, changed by the options that were given."""
    given = {name: value for name, value in options.items() if value is not None}
    return replace(Settings.from_environment(), **given)  # type: ignore[arg-type]


def stop(message: str) -> NoReturn:
    """End with one line on standard error and an exit code of 2."""
    print(f"maillage: {message}", file=sys.stderr)
    raise SystemExit(2)


def counted(number: int, noun: str) -> str:
    """A number of things, in words.

    >>> counted(1, "sheet"), counted(2, "sheet")
    ('1 sheet', '2 sheets')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@app.command()
def structures(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, with a header; see data/README.md.")],
    store: StoreOption = None,
) -> None:
    """Say where structures are: SIRET, address, coordinates, site; takes the place of what the file said before."""
    if not file.is_file():
        stop(f"{file}: there is no such file.")
    try:
        given = read_structures(file.read_bytes(), file.name)
    except NotStructures as error:
        for said in error.errors[:MOST_ERRORS]:
            print(f"maillage: {said}.", file=sys.stderr)
        stop(f"{counted(len(error.errors), 'error')}; nothing of {file.name} was taken.")
    with Store(settings_of(store=store).store) as opened:
        done = opened.place_structures(opened.source_at(file), given)
    print(f"{file.name}: {counted(done.placed, 'structure')}.")
    if done.unknown:
        print(f"  In no sheet, and shown once one names it: {_counted(done.unknown, 'structure')}")
    if done.erased:
        print(f"  {counted(done.erased, 'structure')} erased from this store before, and not taken.")


@app.command()
def journal(
    store: StoreOption = None,
    after: Annotated[int, typer.Option(help="Begin after this position.", min=0, max=LARGEST)] = 0,
    first: Annotated[int | None, typer.Option(help="Show at most so many entries.", min=1, max=LARGEST)] = None,
    key: Annotated[str | None, typer.Option(help="Show the changes of this action only.")] = None,
) -> None:
    """Show what changed in the store, oldest first, a line each: position, time, operation, key, revision, who, why."""
    with Store(settings_of(store=store).store) as opened:
        for entry in _entries(opened, after, first, key):
            revision = "" if entry.revision is None else f"revision {entry.revision}"
            by = entry.author or ("" if entry.import_id is None else f"import {entry.import_id}")
            said = (entry.position, entry.at, entry.operation, entry.key or "", revision, by, entry.reason or "")
            print(*(word for word in map(str, said) if word), sep="  ")


def _entries(store: Store, after: int, first: int | None, key: str | None) -> Iterator[Entry]:
    """The entries of a journal that may be longer than the memory is large."""
    left = LARGEST if first is None else first
    while left and (found := store.entries(after, min(left, AT_ONCE), key)):
        yield from found
        after, left = found[-1].position, left - len(found)


@app.command()
def verify(store: StoreOption = None) -> None:
    """Read the whole store and compare it with its journal; exit code 1 where something does not hold."""
    with Store(settings_of(store=store).store) as store_now, store_now.at_one_moment() as opened:
        findings, head = opened.findings(), opened.head()
        for finding in findings:
            print(finding)
        if findings:
            restore = "Restore a backup, in place of the store and of its -wal and -shm files."
            print(f"{counted(len(findings), 'finding')}. {restore}")
            raise typer.Exit(1)
        print(f"{counted(opened.count(), 'sheet')}, position {head.position}, version {head.version}: all of it holds.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there.")], store: StoreOption = None
) -> None:
    """Copy the store, as it is at one moment, to a new file, while others read and write; then verify the copy."""
    with Store(settings_of(store=store).store) as opened:
        opened.back_up(file)
    verify(file)


@app.command()
def erase(
    key: Annotated[str, typer.Argument(help="A structure (structure:…) with all its sheets, or an action (action:…).")],
    reason: Annotated[str, typer.Option(help="Why, for the journal; without the name.")],
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take a structure or an action out of the store, its past and the files beside it, for good."""
    if not reason.strip():
        stop("--reason is empty: say why, for the journal.")
    settings = settings_of(store=store)
    with Store(settings.store) as opened:
        try:
            reach = opened.reach(key)
            _show_reach(opened, reach)
            if not yes and not typer.confirm("Erase?"):
                stop("nothing was erased.")
            sources = [path for path in map(Path, opened.locations()) if path.is_file()]
            done = opened.erase(key, Cause(reason=reason))
        except Refused as error:
            stop(str(error))
        places = [opened.path.parent, settings.data, *sources]
        _show_erasure(done, holding(places, opened.path, [*reach.names, *reach.sheets, key.partition(":")[2]]))
    if not done.is_clean:
        stop(f"the log of {settings.store} is still being read, or the disk is full: give the command again.")


@app.command()
def migrate(
    store: StoreOption = None,
    check: Annotated[bool, typer.Option(help="Only say what would be done; exit code 1 where anything would.")] = False,
) -> None:
    """Show the format of the store, and bring it up to date after a copy; opening a store does the same."""
    path = settings_of(store=store).store
    found, steps = format_of(path)
    print(f"{path}: format {found}, " + (f"{len(steps)} steps behind:" if steps else "up to date."))
    for step in steps:
        print(f"  {step}")
    if check and steps:
        raise typer.Exit(1)
    if steps:
        with Store(path):
            print(f"Done. As it was before, it is in {copy_before_migration(path)}.")


@app.command()
def proposals(
    store: StoreOption = None,
    accept: Annotated[
        int | None, typer.Option(metavar="NUMBER", max=LARGEST, help="Let the sheet say what the source does.")
    ] = None,
    reject: Annotated[
        int | None, typer.Option(metavar="NUMBER", max=LARGEST, help="Let the sheet say what it says.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is decided so.")] = None,
    decided: Annotated[bool, typer.Option("--decided", help="Show what was decided, when, by whom and why.")] = False,
) -> None:
    """Show what waits for a decision, since a source and a person say different things; or decide about one."""
    if (accept is not None) + (reject is not None) + decided > 1:
        stop("--accept, --reject and --decided cannot be given together.")
    with Store(settings_of(store=store).store) as opened:
        waiting = opened.proposals()
        try:
            if reject is not None:
                opened.writer.reject(reject, Cause(reason=reason))
            elif accept is not None:
                expected = next((made.revision for made in waiting if made.number == accept), 0)
                opened.writer.accept(accept, expected=expected, cause=Cause(reason=reason))
            elif decided:
                _show_decisions(opened.decisions())
            else:
                _show_proposals(waiting)
        except Refused as error:
            stop(str(error))


def _show_proposals(waiting: Iterable[Proposal]) -> None:
    """Each proposal with the value of each field here and in the source."""
    for made in waiting:
        print(f"{made.number}  {made.key}  revision {made.revision}  {made.source}  {made.made_at}")
        ours, theirs = values_of(made.ours), values_of(made.theirs)
        for name in made.fields:
            print(f"  {name}\n    here:   {_shown(ours[name])}\n    source: {_shown(theirs[name])}")


def _show_decisions(decisions: Iterable[Decided]) -> None:
    """What became of each proposal, a line each."""
    for made in decisions:
        position = "" if made.position is None else f"position {made.position}"
        said = (made.number, made.key, *made.fields, made.source, made.decision, made.decided_at, position)
        print(*(word for word in map(str, (*said, made.by or "", made.comment or "")) if word), sep="  ")


def _shown(value: object) -> str:
    """A value in one line."""
    words = ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    return " ".join(words.split())


def _show_reach(store: Store, reach: Reach) -> None:
    """What an erasure does, and what it cannot do."""
    print(f"{reach.key}: {', '.join(sorted(reach.names)) or 'erased before; files are cleared of what may be left'}")
    if reach.sheets:
        print(f"  Goes, with all revisions: {_counted(reach.sheets)}")
    if reach.others:
        print(f"  Stays, without the earlier revisions that name it: {_counted(reach.others)}")
    if reach.is_structure and (mentions := store.mentions(reach)):
        print(f"  Stays as it is, and names it: {_counted(mentions)}")
    if files := [path.name for path in own_files(store.path)]:
        print(f"  Removed beside the store: {', '.join(files)}")
    print("  Not reached: backups, mirrors, exports, logs, free blocks of the disk. Servers read the store anew.")


def _show_erasure(done: Erasure, found: Iterable[tuple[Path, list[int]]]) -> None:
    """What was done, and the files that are left to mend."""
    print("It was erased before." if done.position is None else f"Erased, position {done.position}. Imports skip it.")
    for path, lines in found:
        where = f"line {', '.join(map(str, lines[:20]))}{'…' if len(lines) > 20 else ''}" if lines else "not a text"
        print(f"  {path} still names it ({where}): mend or remove it.")


def _counted(keys: Iterable[str], noun: str = "sheet") -> str:
    """How many these are, and which, at most five."""
    shown = sorted(keys)
    others = f" and {counted(len(shown) - 5, 'other')}" if len(shown) > 5 else ""
    return f"{counted(len(shown), noun)}: {', '.join(shown[:5])}{others}"
