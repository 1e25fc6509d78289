"""The engine: plans kept by document, compiled programs run, graphql-core for everything else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from json import dumps as standard_dumps
from threading import Lock
from time import monotonic
from typing import Any

import strawberry
from graphql import GraphQLError
from graphql.validation import ASTValidationRule
from orjson import dumps

from execution.compiler import Program, SchemaParts, compile_operation
from execution.give_up import DeadlineExceeded, GiveUp, NotMemoisable
from execution.info import Run
from execution.interpreter import Interpreter, Result
from execution.memo import Generation, Memo, Store, variables_key
from execution.plan import Check, Plan, Planner, TextCheck

PROGRAMS_OF_A_PLAN = 8
"""Compiled assignments of the conditions of one plan that are kept."""


@dataclass(slots=True)
class Answer:
    """The answer to an operation.

    `body` is the JSON of the whole response: {"data":…}, or {"errors":[…],"data":…} without "data" where nothing
    was executed. `errors` are the originals, before `format_error`. `executed` is False where the request itself was
    wrong (its variables).
    """

    body: bytes
    errors: Sequence[GraphQLError] = ()
    executed: bool = True


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts since the engine began. `plans` are those kept now, `plan_characters` the length of their documents."""

    plans: int
    plan_characters: int
    planned: int
    compiled_runs: int
    interpreted_runs: int
    given_up: dict[str, int] = field(default_factory=dict)
    """Compiled runs that graphql-core had to run again, by the name of the exception."""


class Engine:
    """Executes operations over one Strawberry schema.

    Queries whose resolvers are synchronous are compiled; what is compiled handles success alone. Where anything is
    raised, or a value does not fit its type, the operation runs again through graphql-core, whose answer is the
    answer: a resolver of a query may thus run twice, and must not mind.

    Strawberry's extensions of the schema act only where graphql-core runs an operation. One that wraps resolvers
    keeps every operation there; validation rules that an extension adds must be given here too.

    Parameters:
        schema: the schema. Nothing in it may change afterwards.
        text_checks: called in turn with the text of a document before it is parsed.
        checks: called in turn with the parsed document before it is validated.
        validation_rules: rules beside those of the specification and of Strawberry.
        max_tokens: of a document; the parser stops there. None: no limit.
        max_errors: of validation; it stops there. None: graphql-core's 100.
        hide_suggestions: no "Did you mean" in messages.
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
        *,
        text_checks: Sequence[TextCheck] = (),
        checks: Sequence[Check] = (),
        validation_rules: Collection[type[ASTValidationRule]] = (),
        max_tokens: int | None = None,
        max_errors: int | None = None,
        hide_suggestions: bool = False,
        format_error: Callable[[GraphQLError], Mapping[str, Any]] = lambda error: error.formatted,
        plan_cache_size: int = 512,
        plan_cache_characters: int = 256_000,
        memo_bytes: int = 64 << 20,
        memo_types: Collection[str] = (),
    ) -> None:
        if plan_cache_size < 1:
            raise ValueError(f"plan_cache_size is {plan_cache_size}: expected at least 1")
        self.schema = schema
        self.memo = Memo(memo_bytes)
        self._parts = SchemaParts(schema, memo_types if memo_bytes else ())
        self._planner = Planner(
            self._parts,
            text_checks=text_checks,
            checks=checks,
            validation_rules=validation_rules,
            max_tokens=max_tokens,
            max_errors=max_errors,
            hide_suggestions=hide_suggestions,
        )
        self._interpreter = Interpreter(schema, hide_suggestions)
        self._format_error = format_error
        self._plans: OrderedDict[tuple[str, str | None], Plan] = OrderedDict()
        self._plan_cache_size = plan_cache_size
        self._plan_cache_characters = plan_cache_characters
        self._characters = 0
        self._lock = Lock()
        self._serial = count()
        self._planned = 0
        self._compiled_runs = 0
        self._interpreted_runs = 0
        self._given_up: dict[str, int] = {}

    def plan(self, document: str, operation_name: str | None = None) -> Plan:
        """The plan of an operation, from the cache where it is there. Refusals are not kept.

        Raises:
            Refused: the document is not executed; says at which stage, with the errors to send.
        """
        key = (document, operation_name)
        with self._lock:
            plan = self._plans.get(key)
            if plan is not None:
                self._plans.move_to_end(key)
                return plan
        plan = self._planner.plan(document, operation_name)
        with self._lock:
            self._planned += 1
            if key not in self._plans:
                self._characters += len(document)
            self._plans[key] = plan
            while self._plans and (
                len(self._plans) > self._plan_cache_size or self._characters > self._plan_cache_characters
            ):
                (dropped, _), _ = self._plans.popitem(last=False)
                self._characters -= len(dropped)
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
        if plan.body is not None:
            return Answer(plan.body)
        try:
            if not plan.why:
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
        answer = self._answer(result)
        if plan.introspection and not answer.errors and not self.schema.extensions:
            plan.body = answer.body
        return answer

    def statistics(self) -> Statistics:
        """What the engine did so far. The memo has statistics of its own."""
        return Statistics(
            plans=len(self._plans),
            plan_characters=self._characters,
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
        """The body, None where graphql-core has to make it."""
        memo = version is not None and bool(self._parts.memo_types)
        run: Run | None = None
        try:
            variables = plan.variables.read(inputs) if plan.variables.nodes else inputs
            key = (memo, *map(variables.get, plan.conditions)) if plan.conditions else memo
            program = plan.programs.get(key)
            if program is None:
                program = plan.programs[key] = self._compile(plan, inputs, variables, memo)
            if program.needs_run:
                run = Run(context, root_value, variables)
            sourced = plan.variables.read_with_sources(inputs) if program.needs_sources else None
            generation, stores = None, None
            if program.memo_sites:
                generation = self.memo.generation(version)
                stores = self._stores(program, generation, inputs)
            data = program.function(root_value, variables, sourced, run, generation, stores, deadline)
            if generation is not None and generation.full:
                generation.make_room()
            if run is not None and run.place_needed:
                raise GiveUp("info.path")
            return b'{"data":' + dumps(data) + b"}"
        except NotMemoisable as error:
            self._parts.memo_types.discard(error.type_name)
            plan.programs.clear()
            return self._run(plan, inputs, context, root_value, version, deadline)
        except Exception as error:
            name = type(error).__name__
            self._given_up[name] = self._given_up.get(name, 0) + 1
            if run is not None and run.place_needed:
                plan.why = "a resolver asks for its path"
            return None

    def _compile(self, plan: Plan, inputs: dict[str, Any], variables: dict[str, Any], memo: bool) -> Program:
        if any(variables.get(name) is None for name in plan.conditions):
            raise GiveUp("a condition is null")  # the fault of this request, not of the plan
        values = plan.variables.read_with_sources(inputs)
        try:
            program = compile_operation(self._parts, plan.operation, plan.fragments, values, memo)
        except Exception as error:
            plan.why = f"it does not compile: {error}"
            raise
        program.serial = next(self._serial)
        if len(plan.programs) >= PROGRAMS_OF_A_PLAN:
            plan.programs.pop(next(iter(plan.programs)), None)
        return program

    def _stores(self, program: Program, generation: Generation, inputs: dict[str, Any]) -> list[Store]:
        """The stores of a run, one for each selection in the memo under the variables given."""
        serial, store = program.serial, generation.store
        return [store((serial, site, variables_key(names, inputs))) for site, names in enumerate(program.memo_sites)]

    async def _awaited(self, result: Awaitable[Result]) -> Answer:
        try:
            return self._answer(await result)
        except DeadlineExceeded:
            return self._timeout()

    def _timeout(self) -> Answer:
        error = GraphQLError("The operation took longer than it is given.", extensions={"code": "TIMEOUT"})
        return Answer(self._body([error], None, executed=True), [error])

    def _answer(self, result: Result) -> Answer:
        errors = result.errors or ()
        if not errors:
            try:
                return Answer(_serialised({"data": result.data}))
            except (TypeError, ValueError) as problem:
                errors = [GraphQLError("The answer has a value that JSON can't hold.", original_error=problem)]
                return Answer(self._body(errors, None, executed=True), errors)
        executed = result.data is not None or any(error.path is not None for error in errors)
        try:
            return Answer(self._body(errors, result.data, executed), errors, executed)
        except (TypeError, ValueError) as problem:
            errors = [GraphQLError("The answer has a value that JSON can't hold.", original_error=problem)]
            return Answer(self._body(errors, None, executed=True), errors)

    def _body(self, errors: Sequence[GraphQLError], data: Any, executed: bool) -> bytes:
        body: dict[str, Any] = {"errors": [self._format_error(error) for error in errors]}
        if executed:
            body["data"] = data
        return _serialised(body)


def _serialised(value: Any) -> bytes:
    """JSON by orjson, or by the standard library what orjson refuses: integers of any size, lone surrogates."""
    try:
        return dumps(value)
    except TypeError:
        return standard_dumps(value, separators=(",", ":"), allow_nan=False).encode()
