"""The sheets in a database: a SQLite file, through SQLAlchemy Core, merged by stable key.

The long text of a sheet stands in a table of its own, so that a start reads a million light rows without touching
gigabytes of text. An import is one transaction: all of a file or nothing of it. On SQLite the writer takes its lock at
once (`BEGIN IMMEDIATE`), the journal is write-ahead, and a commit is on the disk when it returns (`synchronous=FULL`).
"""

from graph.store.keys import identity, keyed, sheet_digest, version_of
from graph.store.store import MergeSummary, SourceRecord, Store, new_store
from graph.store.tables import StoreError

__all__ = ["MergeSummary", "SourceRecord", "Store", "StoreError", "identity", "keyed", "new_store", "sheet_digest"]
__all__ += ["version_of"]
