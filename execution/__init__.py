"""Compiled execution of GraphQL operations over a Strawberry schema. Knows nothing of the domain.

    engine = Engine(schema, checks=[…], memo_types={"Action", "Keyword"})
    plan = engine.plan(document, operation_name)                    # cached; raises Refused
    answer = engine.execute(plan, variables, context, version=graph.version, deadline=monotonic() + 10)
    if not isinstance(answer, Answer):                              # an operation with asynchronous resolvers
        answer = await answer
    send(answer.body)

The modules, from the request to the bytes:

    engine       plans kept by document, programs run, graphql-core for everything else
    plan         document → plan: parsed, checked, validated, looked at for what can be compiled
    compiler     plan → the source of one Python function
    fields       how each field of the schema gets its value
    values       variables, and the arguments of resolvers
    sources      which type an object that a resolver returned is of
    leaves       scalars and enums
    info         what resolvers are told of the execution
    memo         JSON fragments by (selection, variables, object), for one version of the data
    interpreter  graphql-core's executor
    give_up      the exceptions between them
"""

from execution.engine import Answer, Engine, Statistics
from execution.give_up import DeadlineExceeded
from execution.memo import MemoStatistics
from execution.plan import Check, Checked, Plan, Refused, TextCheck

__all__ = [
    "Answer",
    "Check",
    "Checked",
    "DeadlineExceeded",
    "Engine",
    "MemoStatistics",
    "Plan",
    "Refused",
    "Statistics",
    "TextCheck",
]
