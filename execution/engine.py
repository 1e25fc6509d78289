"""The engine: plans kept by document, compiled programs run, graphql-core for everything else."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Collection, Coroutine, Hashable
from dataclasses import dataclass
from itertools import count
from threading import Lock
from time import monotonic
from typing import Any

import strawberry
from cachetools import LRUCache
from graphql import GraphQLError
from orjson import dumps

from execution.admission import Admission
from execution.answers import Answer, ErrorFormatter, answer_of, failed
from execution.compiler import compile_operation
from execution.emitter import Program
from execution.give_up import DeadlineExceeded, GiveUp, NotMemoisable, PlaceNeeded
from execution.info import Run
from execution.interpreter import Interpreter, Result
from execution.memo import Generation, Memo, Store, variables_key
from execution.parts import SchemaParts
from execution.plan import Plan, Planner

logger = logging.getLogger(__name__)

PROGRAMS_OF_A_PLAN = 8
"""Compiled assignments of the conditions of one plan that are kept."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts since the engine began. `plans` are those kept now, `plan_characters` the length of their documents."""

    plans: int
    plan_characters: int
    planned: int
    compiled_runs: int
    interpreted_runs: int
    given_up: dict[str, int]
    """Compiled runs that graphql-core had to run again, by the name of the exception."""


class Engine:
    """Executes operations over one Strawberry schema.

    Queries whose resolvers are synchronous are compiled; what is compiled handles success alone. Where anything is
    raised, or a value does not fit its type, the operation runs again through graphql-core, whose answer is the
    answer: a resolver of a query may thus run twice, and must not mind.

    Strawberry's extensions of the schema act only where graphql-core runs an operation. One that wraps resolvers
    keeps every operation there; validation rules that an extension adds are not followed.

    Parameters:
        schema: the schema. Nothing in it may change afterwards.
        admission: limits and prices; without it nothing is refused but what is wrong.
        format_error: makes the JSON of an error; the place to mask and to log.
        plan_cache_size: plans kept, the least recently used dropped first.
        plan_cache_characters: sum of the lengths of the documents kept. A plan takes 150 times its length.
        memo_bytes: limit of the memo; 0 turns it off.
        memo_types: object types whose sources are immutable and compared by identity, and whose fields depend on
            nothing but the source, the arguments and the version given to `execute`.

    Raises:
        ValueError: a parameter is out of range, or names a type that the schema has not.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        admission: Admission | None = None,
        *,
        format_error: ErrorFormatter = lambda error: error.formatted,
        plan_cache_size: int = 512,
        plan_cache_characters: int = 256_000,
        memo_bytes: int = 64 << 20,
        memo_types: Collection[str] = (),
    ) -> None:
        if plan_cache_size < 1:
            raise ValueError(f"plan_cache_size is {plan_cache_size}: expected at least 1")
        self.schema = schema
        self.admission = admission or Admission(schema)
        self.memo = Memo(memo_bytes)
        self._parts = SchemaParts(schema, memo_types if memo_bytes else ())
        self._planner = Planner(self._parts, self.admission)
        self._interpreter = Interpreter(schema, self.admission.hide_suggestions)
        self._format_error = format_error
        self._plans: LRUCache[tuple[str, str | None], Plan] = LRUCache(
            plan_cache_characters, getsizeof=lambda plan: len(plan.text)
        )
        self._most_plans = plan_cache_size
        self._lock = Lock()  # of the plans
        self._serial = count()
        self._planned = self._compiled_runs = self._interpreted_runs = 0
        self._given_up: Counter[str] = Counter()

    def plan(self, document: str, operation_name: str | None = None) -> Plan:
        """The plan of an operation, from the cache where it is there. Refusals are not kept.

        Raises:
            DocumentRefused: the document is not executed; has the code and the errors to send.
        """
        key = (document, operation_name)
        try:
            with self._lock:
                return self._plans[key]
        except KeyError:
            pass
        plan = self._planner.plan(document, operation_name)
        with self._lock:
            self._planned += 1
            if len(document) <= self._plans.maxsize:
                self._plans[key] = plan
            while len(self._plans) > self._most_plans:
                self._plans.popitem()
        return plan

    def execute(
        self,
        plan: Plan,
        variables: dict[str, Any] | None = None,
        context: Any = None,
        *,
        root_value: Any = None,
        version: Hashable = None,
        deadline: float | None = None,
    ) -> Answer | Coroutine[Any, Any, Answer]:
        """Execute a plan.

        Parameters:
            version: names the state of the data that the resolvers read. The memo serves one version at a time;
                None leaves it out.
            deadline: a time of `time.monotonic()`, in seconds. It is looked at in lists and between resolvers, not
                inside them; once it has passed, the answer is an error with the code TIMEOUT.

        Returns:
            The answer; on an event loop, a coroutine of it where a resolver is asynchronous.
        """
        compiled = plan.compiled
        if compiled.body is not None:
            return Answer(compiled.body)
        try:
            if not compiled.why:
                body = self._run(plan, variables or {}, context, root_value, version, deadline)
                if body is not None:
                    self._compiled_runs += 1
                    return Answer(body)
                if deadline is not None and monotonic() > deadline:
                    raise DeadlineExceeded
            self._interpreted_runs += 1
            result = self._interpreter.run(plan, variables, context, root_value, deadline)
        except DeadlineExceeded:
            return self._timeout()
        if isinstance(result, Coroutine):
            return self._awaited(result)
        answer = answer_of(result, self._format_error)
        if plan.introspection and not answer.errors and not self.schema.extensions:
            compiled.body = answer.body
        return answer

    def statistics(self) -> Statistics:
        """What the engine did so far. The memo has statistics of its own."""
        return Statistics(
            plans=len(self._plans),
            plan_characters=int(self._plans.currsize),
            planned=self._planned,
            compiled_runs=self._compiled_runs,
            interpreted_runs=self._interpreted_runs,
            given_up=dict(self._given_up),
        )

    def _run(
        self,
        plan: Plan,
        inputs: dict[str, Any],
        context: Any,
        root_value: Any,
        version: Hashable,
        deadline: float | None,
    ) -> bytes | None:
        """The body, None where graphql-core has to make it: after any exception, for what it was is graphql-core's to
        say. A fault of ours is an exception as well, seen in the statistics alone; the answer stays right.
        """
        run = Run(context, root_value, inputs)
        try:
            variables = run.variable_values = plan.variables.read(inputs) if plan.variables.nodes else inputs
            memo = version is not None and bool(self._parts.memo_types)
            key = (memo, *map(variables.get, plan.conditions)) if plan.conditions else memo
            program = plan.compiled.programs.get(key) or self._compile(plan, inputs, key)
            sourced = plan.variables.read_with_sources(inputs) if program.needs_sources else None
            generation, stores = None, None
            if program.memo_sites:
                generation = self.memo.generation(version)
                stores = _stores(program, generation, inputs)
            data = program.function(root_value, variables, sourced, run, generation, stores, deadline)
            if generation is not None and generation.full:
                generation.make_room()
            if run.place_needed:
                raise PlaceNeeded
            return b'{"data":' + dumps(data) + b"}"
        except Exception as error:
            self._learn(plan, error, run.place_needed)
            return None

    def _learn(self, plan: Plan, error: Exception, place_needed: bool) -> None:
        """Count a run that was given up, and remember what would end the next one in the same way."""
        self._given_up[type(error).__name__] += 1
        logger.debug("a compiled run was given up", exc_info=error)
        if place_needed:
            plan.compiled.why = "a resolver asks for its path"
        if isinstance(error, NotMemoisable):
            self._parts.memo_types.discard(error.type_name)
            plan.compiled.programs.clear()

    def _compile(self, plan: Plan, inputs: dict[str, Any], key: Any) -> Program:
        """The program for a key of `Compiled.programs`. Raises GiveUp."""
        memo, *conditions = key if plan.conditions else (key,)
        if None in conditions:
            raise GiveUp("a condition is null")  # the fault of this request, not of the plan
        values, programs = plan.variables.read_with_sources(inputs), plan.compiled.programs
        try:
            program = compile_operation(self._parts, plan.operation, plan.fragments, values, memo)
        except Exception as error:
            plan.compiled.why = f"it does not compile: {error}"
            raise
        program.serial = next(self._serial)
        if len(programs) >= PROGRAMS_OF_A_PLAN:
            programs.pop(next(iter(programs)), None)
        programs[key] = program
        return program

    async def _awaited(self, result: Awaitable[Result]) -> Answer:
        try:
            return answer_of(await result, self._format_error)
        except DeadlineExceeded:
            return self._timeout()

    def _timeout(self) -> Answer:
        error = GraphQLError("The operation took longer than it is given.", extensions={"code": "TIMEOUT"})
        return failed(error, self._format_error)


def _stores(program: Program, generation: Generation, inputs: dict[str, Any]) -> list[Store]:
    """The stores of a run, one for each selection in the memo under the variables given."""
    serial, store = program.serial, generation.store
    return [store((serial, site, variables_key(names, inputs))) for site, names in enumerate(program.memo_sites)]
