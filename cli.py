"""The command line: maillage serve | reload | import | check | export | schema | stats, and those of `store_commands`.

It parses, and calls.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import server
import store_commands
from graph.importer import import_file
from graph.ingest import Refused, read, write_json, write_page
from graph.ingest.page import page_of
from graph.ingest.structures import write_structures
from graph.kinds import NodeKind
from graph.knowledge_graph import TEXTS_IN_MEMORY, KnowledgeGraph
from graph.store import Store, StoreError, new_store
from graph.vocabulary import load_vocabulary
from settings import SettingsError
from store_commands import StoreOption, counted, settings_of, stop
from supervising import NotSupervised, replace_workers

app = typer.Typer(
    help="A GraphQL knowledge graph of what French social centres do.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(store_commands.app)
errors = Console(stderr=True)

_LONGEST_SHOWN = 1_000  # characters
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")

Output = partial(typer.Option, "-o", "--output")


def main() -> None:
    """Run the command line. An error is one line on standard error and an exit code of 2."""
    try:
        app()
    except (StoreError, SettingsError, Refused, NotSupervised) as error:
        stop(str(error))
    except UnicodeEncodeError as error:
        stop(f"{ascii(error.object)[:200]} holds a byte that is no text in UTF-8, and cannot be written down.")
    except OSError as error:
        stop(f"{error.filename or 'a file'}: {error.strerror or error}.")


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes share the load.", min=1, max=64)] = None,
) -> None:
    """Serve the graph over GraphQL, with GraphiQL; imports `data/pages/` first where there is no store."""
    server.serve(settings_of(store=store, host=host, port=port, workers=workers))


@app.command()
def reload(store: StoreOption = None) -> None:
    """Have the workers of a running server replaced one by one, each once its successor is ready."""
    process = replace_workers(settings_of(store=store).store)
    print(f"Process {process} replaces its workers; its log says when each one is there.")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Pages of the directory as text, or JSON lists of actions.")],
    output: Annotated[Path | None, Output(help="The store. Default: the setting `store`.")] = None,
    prune: Annotated[
        bool, typer.Option(help="Withdraw sheets that this source gave before and no longer has, if no other has them.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(help="The name of the source. Default: a source is a file at its place.")
    ] = None,
) -> None:
    """Put pages or JSON into the store, merged by stable key; makes the store where there is none."""
    settings = settings_of(store=output)
    vocabulary = load_vocabulary()
    for path in files:
        if not path.is_file():
            stop(f"{path}: " + ("this is no file." if path.exists() else "there is no such file."))
    if source is not None and not source.strip():
        stop("--source names the source: give it a name, or leave it out.")
    if source is not None and len(files) > 1:
        stop("--source names the source of one file: give one file, not several.")
    for path in files:
        opened = Store(settings.store) if settings.store.exists() else new_store(settings.store)
        with opened as store, _progress(f"Importing {path.name}") as bar:
            name = store.source_at(path).name if source is None else path.name
            moved = store.sources_moved_to(path) if source is None else []
            summary, problems = import_file(store, path, vocabulary, source=source, prune=prune, progress=bar)
        said = f"{name}: {summary.added} added, {summary.changed} changed, {summary.left} left as they were."
        if missing := len(summary.missing):
            are, stay, them = ("is", "stays", "it") if missing == 1 else ("are", "stay", "them")
            said += f"\n  {counted(missing, 'sheet')} that this source gave before {are} no longer in it and "
            said += _pruned(missing, summary.withdrawn) if prune else f"{stay} (withdraw {them} with --prune)."
        if summary.erased:
            said += f"\n  {counted(summary.erased, 'sheet')} erased from this store before, and not taken."
        for other in moved:
            said += (
                f"\n  The file of the source {other} is no longer where it was. If this is that file, go on with it:"
            )
            said += f" maillage import {shlex.quote(str(path))} --source {shlex.quote(other)}"
        print(said)
        for problem in summary.told:
            print(f"  {name}:{problem.line}: « {_readable(problem.text)} » {_readable(problem.reason)}")
        if of_file := len(problems) - len(summary.told):
            them = "it" if of_file == 1 else "them"
            print(f"  {counted(of_file, 'problem')}; see {them} with: maillage check {shlex.quote(str(path))}")
    with Store(settings.store) as store:
        if store.count() > TEXTS_IN_MEMORY:
            with _progress("Reading the store") as bar:
                KnowledgeGraph.from_store(store).prepare(lambda what, done: bar(done, f"Preparing: {what}"))


def _pruned(missing: int, withdrawn: int) -> str:
    """What became of sheets that a source no longer has."""
    if withdrawn == missing:
        return "was withdrawn." if missing == 1 else "were withdrawn."
    were = "was" if withdrawn == 1 else "were"
    return f"{withdrawn} {were} withdrawn: another source has the others, or somebody had withdrawn them."


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A page of the directory as text, or a JSON list of actions.")],
) -> None:
    """Show what does not fit in a file, with line numbers; exit code 1 where anything does not."""
    page = read(file.read_bytes(), file.name, load_vocabulary())
    for problem in page.problems:
        text = f"\n    {_readable(problem.text)}" if problem.text else ""
        print(f"{file.name}:{problem.line}: {_readable(problem.reason)}{text}")
    if page.problems:
        print(f"{counted(len(page.sheets), 'sheet')}, {counted(len(page.problems), 'problem')}.")
        raise typer.Exit(1)
    print(f"{counted(len(page.sheets), 'sheet')}, no problem.")


def _readable(text: str) -> str:
    """What a file says as a terminal may show it: without control characters, and of a very long line the beginning."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text):,} characters)"
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", cut)


@app.command()
def export(
    store: StoreOption = None,
    format: Annotated[
        str,
        typer.Option(
            help="json (a list of actions), page (the directory's text) or structures (CSV: where structures are)."
        ),
    ] = "json",
    output: Annotated[Path | None, Output(help="The file to write. Default: standard output.")] = None,
) -> None:
    """Write the sheets of the store as JSON or as a page, or where their structures are as CSV."""
    if format not in ("json", "page", "structures"):
        stop(f"--format {format!r} cannot be used; give json, page or structures.")
    with Store(settings_of(store=store).store) as opened:
        pieces = _exported(opened, format)
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as file:
            file.writelines(pieces)


def _exported(store: Store, format: str) -> Iterator[bytes]:
    """A store in one of the formats of `export`, piece by piece."""
    if format == "structures":
        named, others = store.placed_structures()
        if others:
            said = "no sheet names, and is left out" if others == 1 else "no sheet names, and are left out"
            print(f"maillage: {counted(others, 'structure')} that {said}.", file=sys.stderr)
        return write_structures(named)
    sheets = (sheet for _, sheet in store.sheets())
    return write_json(sheets) if format == "json" else iter([write_page(page_of(sheets)).encode()])


@app.command("schema")
def schema_() -> None:
    """Print the schema in SDL."""
    from schema import schema

    print(schema.as_str())


@app.command()
def stats(store: StoreOption = None) -> None:
    """Show what the store holds, as a table."""
    with Store(settings_of(store=store).store) as opened:
        graph = KnowledgeGraph.from_store(opened)
    print(f"{opened.path} · version {graph.version}")
    table = Table()
    table.add_column("Kind")
    table.add_column("Nodes", justify="right")
    table.add_column("Most linked")
    for kind in NodeKind:
        table.add_row(kind.value, f"{graph.counts[kind]:,}", _most_linked(graph, kind))
    table.add_section()
    table.add_row("links", f"{graph.link_count:,}", "")
    Console().print(table)
    for source in graph.sources:
        print(f"{source.name}: imported {source.imported_at}, {counted(len(source.problems), 'problem')}.")


def _most_linked(graph: KnowledgeGraph, kind: NodeKind) -> str:
    if kind is NodeKind.ACTION:
        return ""
    nodes = graph.network.structures if kind is NodeKind.STRUCTURE else graph.network.concepts[kind]
    counts = [(graph.action_count(node), node.label) for node in nodes]
    best = sorted(counts, key=lambda pair: (-pair[0], pair[1]))[:3]
    return ", ".join(f"{label} ({count:,})" for count, label in best)


@contextmanager
def _progress(title: str) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, as a function that is told how many are done and, where it changes, of what."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, what=title: bar.update(task, completed=done, description=what)


if __name__ == "__main__":
    main()
