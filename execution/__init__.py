"""Compiled execution of GraphQL operations over a Strawberry schema. Knows nothing of the domain.

    engine = Engine(schema, Admission(schema, Limits(), prices), memo_types={"Action", "Keyword"})
    plan = engine.plan(document, operation_name)                    # cached; raises DocumentRefused
    plan.cost.check(variables)                                      # raises LimitExceeded
    answer = engine.execute(plan, variables, context, version=Version(1), deadline=monotonic() + 10)
    if not isinstance(answer, Answer):                              # an operation with asynchronous resolvers
        answer = await answer
    send(answer.body)

The modules, from the request to the bytes:

    engine       plans kept by document, programs run, graphql-core for everything else
    plan         document → plan: admitted under limits, shape and cost; validated; looked at for what can be compiled
    compiler     plan → the source of one Python function, by emitter and calls
    parts        what the programs of one schema share: how each field gets its value
    values       variables, and the arguments of resolvers
    sources      which type an object that a resolver returned is of
    memo         JSON fragments by (selection, variables, object), for one version of the data
    interpreter  graphql-core's executor, and its answer as JSON
    give_up      the exceptions between them

Beside them: `settings`, what a setting is; `strawberry_internals`, all that is known of Strawberry's inside.
"""

from execution.cost import Price as Price
from execution.engine import Engine as Engine
from execution.give_up import DeadlineExceeded as DeadlineExceeded
from execution.interpreter import Answer as Answer
from execution.limits import LimitExceeded as LimitExceeded
from execution.limits import Limits as Limits
from execution.memo import Version as Version
from execution.plan import Admission as Admission
from execution.plan import DocumentRefused as DocumentRefused
from execution.plan import Plan as Plan
from execution.sources import ToldBy as ToldBy
