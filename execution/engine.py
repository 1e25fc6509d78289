"""The engine: plans kept by document, compiled programs run, graphql-core for everything else."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Collection, Coroutine
from contextlib import suppress
from itertools import count
from threading import Lock
from time import monotonic
from typing import Any

import strawberry
from cachetools import LRUCache
from graphql import GraphQLError
from graphql.execution.values import VariableValues
from orjson import dumps

from execution.calls import Run
from execution.compiler import compile_operation
from execution.emitter import Program
from execution.give_up import DeadlineExceeded, GiveUp, NotMemoisable, PlaceNeeded
from execution.interpreter import Answer, ErrorFormatter, Interpreter, Result, answer_of, failed
from execution.memo import Memo, Version, variables_key
from execution.parts import SchemaParts
from execution.plan import Admission, Plan, Planner

logger = logging.getLogger(__name__)

PLAN_CHARACTERS = 500
"""What the shortest document counts for among the plans kept."""

PROGRAMS_OF_A_PLAN = 8
"""Compiled assignments of the conditions of one plan that are kept."""


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
        plan_cache_characters: sum of the lengths of the documents whose plans are kept, each at least PLAN_CHARACTERS;
            the least recently used is dropped first. A plan takes 150 times its length.
        memo_bytes: limit of the memo; 0 turns it off.
        memo_types: object types whose sources are immutable and compared by identity, and whose fields depend on
            nothing but the source, the arguments and the version given to `execute`.
        lasting_fields: fields of the schema, as "Type.field", whose resolvers depend on nothing but the source and the
            arguments. So does every field that is an attribute. What is made of these alone stays in the memo when
            the version changes.

    `counts` has how many operations were "planned", and run "compiled" or "interpreted"; `given_up` how many compiled
    runs graphql-core had to run again, by the name of the exception.

    Raises ValueError: a parameter is out of range, or names a type that the schema has not.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        admission: Admission | None = None,
        *,
        format_error: ErrorFormatter = lambda error: error.formatted,
        plan_cache_characters: int = 256_000,
        memo_bytes: int = 64 << 20,
        memo_types: Collection[str] = (),
        lasting_fields: Collection[str] = (),
    ) -> None:
        self.schema = schema
        self.admission = admission or Admission(schema)
        self.memo = Memo(memo_bytes)
        self._parts = SchemaParts(schema, memo_types if memo_bytes else (), lasting_fields)
        self._planner = Planner(self._parts, self.admission)
        self._interpreter = Interpreter(schema, self.admission.hide_suggestions)
        self._format_error = format_error
        self.plans: LRUCache[tuple[str, str | None], Plan] = LRUCache(plan_cache_characters, getsizeof=_characters)
        self._lock = Lock()  # of the plans
        self._serial = count()
        self.counts: Counter[str] = Counter()
        self.given_up: Counter[str] = Counter()

    def plan(self, document: str, operation_name: str | None = None) -> Plan:
        """The plan of an operation, from the cache where it is there. Refusals are not kept. Raises DocumentRefused:
        the document is not executed; has the code and the errors to send."""
        key = (document, operation_name)
        try:
            with self._lock:
                return self.plans[key]
        except KeyError:
            pass
        plan = self._planner.plan(document, operation_name)
        with self._lock:
            self.counts["planned"] += 1
            if _characters(plan) <= self.plans.maxsize:
                self.plans[key] = plan
        return plan

    def prepare(self, document: str, operation_name: str | None = None) -> Plan:
        """The plan of an operation that will come, compiled, so that its first run takes no longer than the others.

        One that @skip or @include make several programs of is compiled when it comes. Raises DocumentRefused.
        """
        plan = self.plan(document, operation_name)
        memo = bool(self._parts.memo_types)
        if not (plan.why or plan.conditions or memo in plan.programs):
            with suppress(GiveUp):  # it is told to the one who runs it
                self._compile(plan, VariableValues({}, {}), memo)
        return plan

    def execute(
        self,
        plan: Plan,
        variables: dict[str, Any] | None = None,
        context: Any = None,
        *,
        root_value: Any = None,
        version: Version | None = None,
        deadline: float | None = None,
    ) -> Answer | Coroutine[Any, Any, Answer]:
        """Execute a plan.

        Parameters:
            version: the state of the data that the resolvers read. The memo serves the newest; None leaves it out.
            deadline: a time of `time.monotonic()`, in seconds. It is looked at in lists and between resolvers, not
                inside them; once it has passed, the answer is an error with the code TIMEOUT.

        Returns:
            The answer; on an event loop, a coroutine of it where a resolver is asynchronous.
        """
        if plan.body is not None:
            return Answer(plan.body)
        try:
            if not plan.why:
                body = self._run(plan, variables or {}, context, root_value, version, deadline)
                if body is not None:
                    self.counts["compiled"] += 1
                    return Answer(body)
                if deadline is not None and monotonic() > deadline:
                    raise DeadlineExceeded
            self.counts["interpreted"] += 1
            result = self._interpreter.run(plan, variables, context, root_value, deadline)
        except DeadlineExceeded:
            return self._timeout()
        if isinstance(result, Coroutine):
            return self._awaited(result)
        answer = answer_of(result, self._format_error)
        if plan.introspection and not answer.errors and not self.schema.extensions:
            plan.body = answer.body
        return answer

    def _run(
        self,
        plan: Plan,
        inputs: dict[str, Any],
        context: Any,
        root: Any,
        version: Version | None,
        deadline: float | None,
    ) -> bytes | None:
        """The body, None where graphql-core has to make it: after any exception, for what it was is graphql-core's to
        say. A fault of ours is an exception as well, seen in `given_up` alone; the answer stays right."""
        run = Run(context, root, inputs)
        try:
            variables = run.variable_values = plan.variables.read(inputs) if plan.variables.nodes else inputs
            memo = version is not None and bool(self._parts.memo_types)
            key = (memo, *map(variables.get, plan.conditions)) if plan.conditions else memo
            program = plan.programs.get(key) or self._compile(plan, plan.variables.read_with_sources(inputs), key)
            sourced = plan.variables.read_with_sources(inputs) if program.needs_sources else None
            generation, stores = None, None
            if (sites := program.memo_sites) and version is not None:
                generation, serial = self.memo.generation(version), program.serial
                store = generation.store
                stores = [
                    store((serial, number, variables_key(site.variables, inputs)), lasting=site.lasting)
                    for number, site in enumerate(sites)
                ]
            data = program.function(root, variables, sourced, run, generation, stores, deadline)
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
        self.given_up[type(error).__name__] += 1
        logger.debug("a compiled run was given up", exc_info=error)
        if place_needed:
            plan.why = "a resolver asks for its path"
        if isinstance(error, NotMemoisable):
            self._parts.memo_types.discard(error.type_name)
            plan.programs.clear()

    def _compile(self, plan: Plan, values: VariableValues, key: Any) -> Program:
        """The program for a key of `Compiled.programs`. Raises GiveUp."""
        memo, *conditions = key if plan.conditions else (key,)
        if None in conditions:
            raise GiveUp("a condition is null")  # the fault of this request, not of the plan
        programs = plan.programs
        try:
            program = compile_operation(self._parts, plan, values, memo)
        except Exception as error:
            plan.why = f"it does not compile: {error}"
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
        message = "The operation took longer than it is given."
        return failed(GraphQLError(message, extensions={"code": "TIMEOUT"}), self._format_error)


def _characters(plan: Plan) -> int:
    return max(len(plan.text), PLAN_CHARACTERS)
