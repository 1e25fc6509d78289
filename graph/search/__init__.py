"""French full text over every kind of node: `index.SearchIndex` is the door."""
