"""The tables of a database, made and brought up to date by Alembic: the scripts are in `graph/store/migrations/`."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

SCRIPTS = Path(__file__).resolve().parent / "migrations"


def upgrade(connection: sa.Connection, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that the database lacks, all of them, in the transaction of the connection."""
    command.upgrade(_config(scripts, connection), "head")


def lacking(found: str | None, scripts: Path = SCRIPTS) -> list[str] | None:
    """The migrations that follow the one of a database, a line each; None where that one is not known here."""
    directory = ScriptDirectory.from_config(_config(scripts))
    if found is not None and found not in {script.revision for script in directory.walk_revisions()}:
        return None
    after = directory.iterate_revisions("head", found or "base")
    return [f"{script.revision} {script.doc}" for script in after if script.revision != found][::-1]


def _config(scripts: Path, connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config
