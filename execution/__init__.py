"""Compiled execution of GraphQL operations over a Strawberry schema. Knows nothing of the domain.

    engine = Engine(schema, Admission(schema, Limits(), prices), memo_types={"Action", "Keyword"})
    plan = engine.plan(document, operation_name)                    # cached; raises DocumentRefused
    plan.cost.check(variables)                                      # raises LimitExceeded
    answer = engine.execute(plan, variables, context, version=graph.version, deadline=monotonic() + 10)
    if not isinstance(answer, Answer):                              # an operation with asynchronous resolvers
        answer = await answer
    send(answer.body)

The modules, from the request to the bytes:

    engine       plans kept by document, programs run, graphql-core for everything else
    admission    the limits in their order: limits, shape, and prices → tariff → cost
    plan         document → plan: admitted, validated, looked at for what can be compiled
    compiler     plan → the source of one Python function, by emitter and calls
    parts        what the programs of one schema share
    fields       how each field of the schema gets its value
    values       variables, and the arguments of resolvers
    sources      which type an object that a resolver returned is of
    leaves       scalars and enums
    info         what resolvers are told of the execution
    runtime      what compiled code calls while it runs
    memo         JSON fragments by (selection, variables, object), for one version of the data
    interpreter  graphql-core's executor
    answers      what either gave, as JSON
    give_up      the exceptions between them

Beside them: `settings`, what a setting is; `strawberry_internals`, all that is known of Strawberry's inside.
"""

from execution.admission import Admission
from execution.answers import Answer
from execution.engine import Engine, Statistics
from execution.give_up import DeadlineExceeded
from execution.limits import LimitExceeded, Limits
from execution.memo import MemoStatistics
from execution.plan import DocumentRefused, Plan
from execution.prices import Price
from execution.sources import ToldBy

__all__ = [
    "Admission",
    "Answer",
    "DeadlineExceeded",
    "DocumentRefused",
    "Engine",
    "LimitExceeded",
    "Limits",
    "MemoStatistics",
    "Plan",
    "Price",
    "Statistics",
    "ToldBy",
]
