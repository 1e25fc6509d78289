"""`maillage` and `python -m maillage`: the command line."""

from __future__ import annotations

from cli import main  # found because the package `maillage` was imported before this module

if __name__ == "__main__":
    main()
