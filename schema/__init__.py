"""The GraphQL view of the graph. `schema.schema` is the whole of it; `schema.schema.as_str()` its SDL."""

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from graph.fields import FIELDS
from schema.context import Context
from schema.history import SCALARS
from schema.nodes import CONCEPT_LISTS
from schema.prices import PRICES
from schema.queries import Query

_CONCEPT_TYPES = [type_ for _, type_, _ in CONCEPT_LISTS.values()]

MEMO_TYPES = frozenset(("Action", "Structure", *(type_.__name__ for type_ in _CONCEPT_TYPES)))
"""The types whose values are the graph's own records: for one version, the same selection is the same answer."""


_PRINTED = (f"Action.{field.api.split('.')[0]}" for field in FIELDS if field.apart)
LASTING_FIELDS = frozenset(
    ("Action.status", "Action.statusLabel", "Action.revision", "Action.changedAt", *_PRINTED),
)
"""The fields with a resolver that say of a record what no other sheet changes: what its own sheet prints, and when."""


class Schema(strawberry.Schema):
    """Strawberry's schema, quiet about errors: the endpoint logs the faults among them, once."""

    def process_errors(self, errors: list[GraphQLError], execution_context: object = None) -> None:
        """Nothing: see the class."""


schema = Schema(query=Query, types=_CONCEPT_TYPES, config=StrawberryConfig(scalar_map=SCALARS))

__all__ = ["LASTING_FIELDS", "MEMO_TYPES", "PRICES", "Context", "Schema", "schema"]
