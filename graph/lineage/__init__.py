"""Which sheets of a structure tell of what an earlier one told of: see `docs/lineage.md`."""
