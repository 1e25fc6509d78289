import os
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analysis.communities import communities
from tests.graph.lot import PAGE, lot
from tests.graph.small_networks import network_of, networks, row


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
    found = communities(net, ix, 1)
    assert groups(net, found) == [["a1", "a2", "a3"], ["b1", "b2"]]
    assert [(community.id, community.size, community.label) for community in found] == [
        (0, 3, "k · m"),
        (1, 2, "x · y"),
    ]


@settings(max_examples=60, deadline=None)
@given(built=networks(), seed=st.integers(0, 5), max_sets=st.sampled_from([1, 3, 3_000]))
def test_each_action_with_a_keyword_is_in_exactly_one_community(built, seed, max_sets):
    net, ix = built
    found = communities(net, ix, seed, max_sets=max_sets)
    members = sorted(ordinal for community in found for ordinal in community.members)
    assert members == [action.ordinal for action in net.actions if action.keywords]
    assert [community.id for community in found] == list(range(len(found)))
    assert all(community.size == len(community.members) > 0 for community in found)
    sizes = [community.size for community in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found == communities(net, ix, seed, max_sets=max_sets)


def test_a_rare_set_of_keywords_joins_the_community_of_most_of_them():
    net, ix = network_of(
        *(row(f"a{n}", "k", "m") for n in range(4)),
        *(row(f"b{n}", "x", "y") for n in range(3)),
        row("c", "k", "x", "y"),
        row("d", "unseen"),
    )
    found = communities(net, ix, max_sets=2)
    assert groups(net, found) == [["a0", "a1", "a2", "a3"], ["b0", "b1", "b2", "c"], ["d"]]


def test_the_concepts_are_frequent_inside_and_rare_outside():
    net, ix = network_of(
        *(row(f"a{n}", "everywhere", "here") for n in range(5)),
        *(row(f"b{n}", "everywhere", "there", "far") for n in range(5)),
    )
    labels = [community.label.split(" · ")[0] for community in communities(net, ix)]
    assert sorted(labels) in (["far", "here"], ["here", "there"])


def test_on_the_page_every_action_but_16_is_in_a_community():
    page = lot()
    found = communities(page.network, page.indexes, 0)
    assert page.numbers(o for community in found for o in community.members) == list(range(1, 16))
    assert 2 <= len(found) <= 8


def test_the_communities_do_not_depend_on_the_hash_seed_of_the_process():
    program = (
        "from tests.graph.lot import lot; from graph.analysis.communities import communities; page = lot();"
        "print([page.numbers(c.members) for c in communities(page.network, page.indexes, 3)])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=PAGE.parents[1],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
