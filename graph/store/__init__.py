"""The sheets in a database: a SQLite file, through SQLAlchemy Core, merged by stable key.

The long text of a sheet stands in a table of its own, so that a start reads a million light rows without touching
gigabytes of text. An import is one transaction: all of a file or nothing of it. On SQLite the writer takes its lock at
once (`BEGIN IMMEDIATE`), the journal is write-ahead, and a commit is on the disk when it returns (`synchronous=FULL`).
"""

from graph.store.applying import ImportSummary
from graph.store.chain import Head
from graph.store.database import StoreBusy, StoreError
from graph.store.difference import Difference
from graph.store.digests import keyed, sheet_digest, version_of
from graph.store.importing import Import
from graph.store.public import PublicJournal
from graph.store.sources import SourceName
from graph.store.staging import Ready, made_ready
from graph.store.store import SourceRecord, Store, new_store

__all__ = ["Difference", "Head", "Import", "ImportSummary", "PublicJournal", "Ready", "SourceName", "SourceRecord"]
__all__ += ["Store", "StoreBusy", "StoreError", "keyed", "made_ready", "new_store", "sheet_digest", "version_of"]
