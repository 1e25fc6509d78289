import hashlib
import os
import random
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.analysis.communities import SEED, communities_within
from graph.knowledge_graph import light_row
from graph.store import keyed
from tests.graph.lot import PAGE, lot
from tests.graph.random_sheets import directories
from tests.graph.small_networks import network_of, networks, row

EXPECTED = {
    SEED: [[6, 12, 13, 14, 15], [1, 2, 7], [5, 8, 10], [3, 9], [4, 11]],
    0: [[6, 9, 11, 12, 14], [2, 3, 7], [1, 13, 15], [4, 8], [5, 10]],
}
"""The communities of the page by seed, in numbers of actions on it."""


def groups(net, found):
    return [[net.actions[ordinal].title for ordinal in community.members] for community in found]


def test_two_groups_that_share_nothing_are_two_communities():
    net, ix = network_of(
        row("a1", "k", "m"),
        row("a2", "m", "k"),
        row("a3", "k"),
        row("b1", "x", "y"),
        row("b2", "x"),
        row("c"),
    )
    found = communities_within(net, ix, ix.everything, seed=1)
    assert groups(net, found) == [["a1", "a2", "a3"], ["b1", "b2"]]
    assert [(community.id, community.size, community.label) for community in found] == [
        (0, 3, "k · m"),
        (1, 2, "x · y"),
    ]


@settings(max_examples=60, deadline=None)
@given(built=networks(), seed=st.integers(0, 5), max_sets=st.sampled_from([1, 3, 3_000]))
def test_each_action_with_a_keyword_is_in_exactly_one_community(built, seed, max_sets):
    net, ix = built
    found = communities_within(net, ix, ix.everything, seed=seed, max_sets=max_sets)
    members = sorted(ordinal for community in found for ordinal in community.members)
    assert members == [action.ordinal for action in net.actions if action.keywords]
    assert [community.id for community in found] == list(range(len(found)))
    assert all(community.size == len(community.members) > 0 for community in found)
    sizes = [community.size for community in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found == communities_within(net, ix, ix.everything, seed=seed, max_sets=max_sets)


def test_a_rare_set_of_keywords_joins_the_community_of_most_of_them():
    net, ix = network_of(
        *(row(f"a{n}", "k", "m") for n in range(4)),
        *(row(f"b{n}", "x", "y") for n in range(3)),
        row("c", "k", "x", "y"),
        row("d", "unseen"),
    )
    found = communities_within(net, ix, ix.everything, max_sets=2)
    assert groups(net, found) == [["a0", "a1", "a2", "a3"], ["b0", "b1", "b2", "c"], ["d"]]


def test_the_concepts_are_frequent_inside_and_rare_outside():
    net, ix = network_of(
        *(row(f"a{n}", "everywhere", "here") for n in range(5)),
        *(row(f"b{n}", "everywhere", "there", "far") for n in range(5)),
    )
    labels = [community.label.split(" · ")[0] for community in communities_within(net, ix, ix.everything)]
    assert sorted(labels) in (["far", "here"], ["here", "there"])


def test_on_the_page_every_action_but_16_is_in_a_community():
    page = lot()
    found = communities_within(page.network, page.indexes, page.indexes.everything)
    assert page.numbers(o for community in found for o in community.members) == list(range(1, 16))
    assert 2 <= len(found) <= 8


def test_the_communities_of_the_page_are_these_on_every_version_of_python_and_networkx():
    page = lot()
    for seed, expected in EXPECTED.items():
        found = communities_within(page.network, page.indexes, page.indexes.everything, seed=seed)
        assert [page.numbers(community.members) for community in found] == expected


def test_gains_that_are_equal_but_for_rounding_make_the_same_communities_on_every_version():
    keywords = [f"k{n}" for n in range(9)]
    digest = hashlib.blake2b(digest_size=8)
    for seed in range(40):
        chance = random.Random(seed)
        rows = [row(f"a{n:03}", *chance.sample(keywords, chance.randint(1, 4))) for n in range(chance.randint(5, 90))]
        net, ix = network_of(*rows)
        digest.update(repr(groups(net, communities_within(net, ix, ix.everything, seed=seed))).encode())
    assert digest.hexdigest() == "d8834a7e74988f58"


@given(sheets=directories, seed=st.integers(0, 3))
def test_the_communities_do_not_depend_on_the_order_of_the_sheets(sheets, seed):
    def found(some):
        net, ix = network_of(*(light_row(key, sheet) for key, sheet in keyed(some)))
        made = communities_within(net, ix, ix.everything, seed=seed)
        return [[net.actions[ordinal].key for ordinal in community.members] for community in made]

    shuffled = random.Random(seed).sample(sheets, len(sheets))
    assert found(shuffled) == found(sheets)


def test_the_communities_of_some_actions_are_those_of_a_graph_of_these_alone():
    rows = [row("a1", "k", "m"), row("a2", "m", "k"), row("b1", "x", "y"), row("b2", "x"), row("c", "k", "x")]
    net, ix = network_of(*rows)
    alone, alone_ix = network_of(*rows[:4])
    within = FrozenBitMap([action.ordinal for action in net.actions if action.title != "c"])
    assert groups(net, communities_within(net, ix, within)) == groups(
        alone, communities_within(alone, alone_ix, alone_ix.everything)
    )


def test_the_communities_do_not_depend_on_the_hash_seed_of_the_process():
    program = (
        "from tests.graph.lot import lot; from graph.analysis.communities import communities_within; page = lot();"
        "found = communities_within(page.network, page.indexes, page.indexes.everything, seed=3);"
        "print([page.numbers(c.members) for c in found])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=PAGE.parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
