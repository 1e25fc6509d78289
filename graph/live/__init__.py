"""The graph that follows its store: each change of the journal becomes a new version of it, in every process.

`LiveGraph` is what readers hold, `Follower` what publishes. Nothing else in `graph/` knows of either.
"""

from graph.live.analyses import Analyses
from graph.live.follower import Follower
from graph.live.live_graph import Behind, LiveGraph, NoSuchPosition, Published

__all__ = ["Analyses", "Behind", "Follower", "LiveGraph", "NoSuchPosition", "Published"]
