"""Walks over the graph, all bounded: shortest paths and the nodes around one."""
