"""How entries are written at once: a tantivy index, in memory or in a folder, and what is prepared beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile

import tantivy
from pyroaring import FrozenBitMap

from graph.search.entries import Entry
from graph.search.french import BREAK, STEMS, WORDS, Piece, bare_of, cut, stems_of
from graph.search.members import Collector, Members, Pairs
from graph.search.written import LAST, WrittenEntries

FREQUENT = 200  # entries from which those of a word are prepared in a file
_SMALL = 10_000  # entries up to which one thread with the least memory writes the index
_HEADS = ("heading", "title")
"""The fields of the second and third kind of pieces that `_document` gives."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # What is given is cut already, with spaces between.
    builder.add_text_field("stems", tokenizer_name="whitespace", index_option="position")
    for field in ("title", "heading"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field, tokenizer in (("words", "whitespace"), ("kind", "raw")):
        builder.add_text_field(field, tokenizer_name=tokenizer, index_option="basic")
    for field in ("number", "weight"):
        builder.add_unsigned_field(field, fast=True)
    return builder.build()


def write_entries(
    folder: Path | None, entries: Iterable[Entry], count: int, *, prepare: bool = False
) -> WrittenEntries:
    """The index of about `count` entries, in memory or in `folder`, which is made.

    With `prepare`, a folder also gets the entries of each frequent word, ready to be read: some 0.3 µs each.
    """
    if folder is not None:
        folder.mkdir()
    index = tantivy.Index(_schema(), path=None if folder is None else os.fspath(folder))
    small = count <= _SMALL
    writer = index.writer(heap_size=15_000_000 if small else 160_000_000, num_threads=1 if small else 2)
    if folder is None or not prepare:
        for each in entries:
            writer.add_document(_document(each)[0])
        return _written(index, writer)
    with TemporaryFile(dir=folder) as spool:
        pairs = Pairs(STEMS, spool)
        collectors = (
            Collector({"stems": STEMS, "words": WORDS}, pairs),
            *(Collector({field: STEMS}) for field in _HEADS),
        )
        for each in entries:
            document, pieces = _document(each)
            writer.add_document(document)
            for collector, held in zip(collectors, pieces, strict=True):
                collector.add(each.number, held)
        written = _written(index, writer)
        for collector in collectors:
            collector.settle()
        fields = ((field, collector) for collector in collectors for field in collector.fields)
        Members.write(folder, {field: _frequent(written, field, collector) for field, collector in fields}, pairs)
    return written


def _written(index: tantivy.Index, writer: tantivy.IndexWriter) -> WrittenEntries:
    writer.commit()
    writer.wait_merging_threads()
    return WrittenEntries(index)


def _frequent(written: WrittenEntries, field: str, collector: Collector) -> Iterator[tuple[str, FrozenBitMap]]:
    for term, count in written.terms(field):
        if count > FREQUENT:
            yield term, collector.get(field, term) or written.with_any(field, (term,))


def _document(entry: Entry) -> tuple[tantivy.Document, tuple[Iterable[Piece], ...]]:
    """What the index is given of an entry; the pieces of it all, of its title and its labels, and of its title, with a
    break behind each value.
    """
    packed = tantivy.Document()
    packed.add_unsigned("number", entry.number)
    # Of equal counts the smallest number comes first.
    packed.add_unsigned("weight", entry.actions << 32 | LAST - entry.number)
    packed.add_text("kind", entry.kind)
    title = [*cut(entry.title), BREAK]
    texts = [[*cut(text), BREAK] for text in entry.texts]
    labels = [*map(_label, entry.labels)]
    title_stems = stems_of(title)
    packed.add_text("title", title_stems)
    packed.add_text("heading", " ".join((title_stems, *(stems for _, stems in labels))))
    # Each value apart, since no phrase runs from one into the next. A title counts three times, a label twice.
    for value in (title_stems, title_stems, title_stems, *(stems for _, stems in (*labels, *labels))):
        packed.add_text("stems", value)
    for text in texts:
        packed.add_text("stems", stems_of(text))
    heading = [*chain(title, *(pieces for pieces, _ in labels))]
    pieces = [*chain(heading, *texts)]
    packed.add_text("words", bare_of({*pieces}))
    return packed, (pieces, heading, title)


@lru_cache(65_536)
def _label(label: str) -> tuple[list[Piece], str]:
    pieces = [*cut(label), BREAK]
    return pieces, stems_of(pieces)
