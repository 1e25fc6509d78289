"""Makes queries hard: variables, @skip and @include, overlapping fragments, repeated fields; and deep."""

import random
from dataclasses import replace

import graphql
from graphql import TypeInfo, Visitor, visit
from graphql.utilities import TypeInfoVisitor, value_from_ast_untyped


class _Complications(Visitor):
    """Puts variables, conditions, repetitions and named fragments into a document, by the dice."""

    def __init__(self, info: TypeInfo, dice: random.Random, bare: float) -> None:
        super().__init__()
        self.info = info
        self.dice = dice
        self.bare = bare
        self.variables: dict[str, object] = {}
        self.definitions: list[graphql.VariableDefinitionNode] = []
        self.fragments: list[graphql.FragmentDefinitionNode] = []

    def _declare(self, type_: object, value: object, default: graphql.ConstValueNode | None = None) -> str:
        name = f"v{len(self.definitions)}"
        node = graphql.VariableNode(name=graphql.NameNode(value=name))
        self.definitions.append(
            graphql.VariableDefinitionNode(
                variable=node, type=graphql.parse_type(str(type_)), default_value=default, directives=()
            )
        )
        given = default is None or self.dice.random() < 0.5
        if given:
            self.variables[name] = value
        return name

    def enter_argument(self, node, *_):
        type_ = self.info.get_input_type()
        if type_ is not None and not graphql.is_non_null_type(type_) and self.dice.random() < self.bare:
            return graphql.REMOVE
        if type_ is None or self.dice.random() < 0.5:
            return None
        value = value_from_ast_untyped(node.value)
        nullable = not isinstance(type_, graphql.GraphQLNonNull)
        if nullable and self.dice.random() < 0.1:
            value = None
        default = node.value if self.dice.random() < 0.3 else None
        name = self._declare(type_, value, default)
        if nullable and default is None and self.dice.random() < 0.1:
            del self.variables[name]
        return replace(node, value=graphql.VariableNode(name=graphql.NameNode(value=name)))

    def leave_field(self, node, *_):
        if self.dice.random() > 0.15:
            return None
        return replace(node, directives=(*(node.directives or ()), self._condition()))

    def _condition(self) -> graphql.DirectiveNode:
        directive = self.dice.choice(["skip", "include"])
        if self.dice.random() < 0.5:
            name = self._declare("Boolean!", self.dice.random() < 0.5)
            return selection(f"a @{directive}(if: ${name})").directives[0]
        return selection(f"a @{directive}(if: {self.dice.choice(['true', 'false'])})").directives[0]

    def leave_selection_set(self, node, *_):
        parent = self.info.get_parent_type()
        if parent is None or self.dice.random() > 0.4:
            return None
        selections = list(node.selections)
        repeated = self.dice.choice(selections)
        kind = self.dice.randrange(4)
        if kind == 0:
            added = repeated
        elif kind == 1:
            added = selection("... { a }")
            added = replace(added, selection_set=replace(added.selection_set, selections=(repeated,)))
        else:
            name = f"F{len(self.fragments)}"
            definition = graphql.parse(f"fragment {name} on {parent.name} {{ a }}").definitions[0]
            some = self.dice.sample(selections, k=self.dice.randint(1, len(selections)))
            self.fragments.append(
                replace(definition, selection_set=replace(definition.selection_set, selections=tuple(some)))
            )
            added = selection(f"...{name}")
        selections.insert(self.dice.randrange(len(selections) + 1), added)
        return replace(node, selections=tuple(selections))


def selection(text: str) -> graphql.SelectionNode:
    return graphql.parse(f"{{ {text} }}").definitions[0].selection_set.selections[0]


def complicated(document, seed: int, core: graphql.GraphQLSchema, bare: float = 0.0) -> tuple[str, dict[str, object]]:
    """The text of a document with complications, and its variables. `bare` is the chance of an optional argument
    to be left out: generated texts make poor cursors."""
    document = graphql.parse(graphql.print_ast(document))
    info = TypeInfo(core)
    visitor = _Complications(info, random.Random(seed), bare)
    document = visit(document, TypeInfoVisitor(info, visitor))
    definitions, fragments = visitor.definitions, visitor.fragments
    # A fragment made inside another may leave variables or fragments that nothing uses: prune until none is left.
    rules = [graphql.NoUnusedFragmentsRule, graphql.NoUnusedVariablesRule]
    while True:
        operation = replace(document.definitions[0], variable_definitions=tuple(definitions))
        text = graphql.print_ast(replace(document, definitions=(operation, *fragments)))
        unused = {str(error.message).split("'")[1] for error in graphql.validate(core, graphql.parse(text), rules)}
        if not unused:
            return text, visitor.variables
        definitions = [node for node in definitions if f"${node.variable.name.value}" not in unused]
        fragments = [node for node in fragments if node.name.value not in unused]


def runnable(text: str, core: graphql.GraphQLSchema) -> bool:
    """Whether a document is valid: the complications may make fields that do not merge."""
    try:
        return not graphql.validate(core, graphql.parse(text), max_errors=1)
    except graphql.GraphQLError:
        return False


def deep_selection(
    type_: graphql.GraphQLNamedType, core: graphql.GraphQLSchema, dice: random.Random, depth: int
) -> str:
    """A selection by the dice, `depth` objects deep, of fields that need no argument."""
    if graphql.is_leaf_type(type_):
        return ""
    parts = ["__typename"]
    if not graphql.is_union_type(type_):
        fields = [
            (name, graphql.get_named_type(field.type))
            for name, field in type_.fields.items()
            if not any(map(graphql.is_required_argument, field.args.values()))
        ]
        leaves = [(name, inner) for name, inner in fields if graphql.is_leaf_type(inner)]
        objects = [(name, inner) for name, inner in fields if not graphql.is_leaf_type(inner)]
        chosen = dice.sample(leaves, k=min(len(leaves), dice.randint(0, 4)))
        if depth:
            chosen += dice.sample(objects, k=min(len(objects), dice.randint(1, 2)))
        dice.shuffle(chosen)
        parts += [f"{name} {deep_selection(inner, core, dice, depth - 1)}" for name, inner in chosen]
    if graphql.is_abstract_type(type_):
        for possible in dice.sample(list(core.get_possible_types(type_)), k=2):
            parts.append(f"... on {possible.name} {deep_selection(possible, core, dice, depth - 1 if depth else 0)}")
    return "{ " + " ".join(parts) + " }"
