"""The GraphQL view of the graph. `schema.schema` is the whole of it; `schema.schema.as_str()` its SDL."""

import strawberry
from graphql import GraphQLError

from schema.context import Context
from schema.nodes import Department, Dimension, Initiator, Keyword, Partner, Public, Territory
from schema.prices import PRICES
from schema.queries import Query

MEMO_TYPES = frozenset(
    (
        "Action",
        "Structure",
        "Keyword",
        "Partner",
        "Public",
        "Department",
        "Dimension",
        "Initiator",
        "Territory",
    )
)
"""The types whose values are the graph's own records: for one version, the same selection is the same answer."""


class Schema(strawberry.Schema):
    """Strawberry's schema, quiet about errors: the endpoint logs the faults among them, once."""

    def process_errors(self, errors: list[GraphQLError], execution_context: object = None) -> None:
        """Nothing: see the class."""


schema = Schema(query=Query, types=[Keyword, Partner, Public, Department, Dimension, Initiator, Territory])

__all__ = ["MEMO_TYPES", "PRICES", "Context", "Schema", "schema"]
