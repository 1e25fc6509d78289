from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph import indexes
from graph.errors import NotAccepted, OutOfRange
from graph.kinds import LINKED_KINDS, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, LightRow, SheetText
from graph.network import Network, build
from graph.paging import Window
from graph.similarity.measures import MOST_KINDS, Measure, Similarity
from graph.similarity.ranked import SimilarAction
from graph.similarity.text import TextIndex
from graph.vocabulary import load_vocabulary

SET_MEASURES = [measure for measure in Measure if measure not in (Measure.TEXT, Measure.BALANCED)]


@pytest.fixture(scope="module")
def similarity(lot: KnowledgeGraph) -> Similarity:
    texts = [(action.key, lot.text(action)) for action in lot.actions]
    return Similarity(lot.network, lot.indexes, lambda: TextIndex.build(lot.network, texts))


def numbers(numbered: dict[int, Action], entries: Iterable[SimilarAction]) -> list[int]:
    number = {action: number for number, action in numbered.items()}
    return [number[entry.action] for entry in entries]


def row(key: str, keywords: str = "", partners: str = "", structure: str = "Rionet") -> LightRow:
    """An action whose keywords and partners are the letters of a string."""
    return LightRow(f"action:{key}", key, 2020, "Lot", structure, "Lot", "", "", "", [*keywords], [*partners], [], [])


def network_of(*rows: LightRow) -> Network:
    return build(rows, load_vocabulary())


def similarity_of(network: Network) -> Similarity:
    return Similarity(network, indexes.build(network), lambda: TextIndex.build(network, []))


def find(network: Network, key: str) -> Action:
    found = network.records[f"action:{key}"]
    assert isinstance(found, Action)
    return found


def nodes(action: Action, by: Sequence[NodeKind]) -> set:
    return {
        node
        for node in (action.structure, action.department, *action.keywords, *action.partners, *action.publics)
        if node.kind in by
    } | {
        node
        for node in (*action.initiators, action.dimension, action.territory, action.region)
        if node is not None and node.kind in by
    }


class TestTheRealPage:
    def test_eleven_is_most_like_fourteen_then_three_that_share_half_then_fifteen(self, similarity, numbered):
        entries = similarity.similar([numbered[11]]).between(0, 5)
        assert numbers(numbered, entries[:1]) == [14]
        assert set(numbers(numbered, entries[1:4])) == {6, 9, 13}
        assert numbers(numbered, entries[4:]) == [15]
        assert [entry.score for entry in entries] == pytest.approx([2 / 3, 1 / 2, 1 / 2, 1 / 2, 1 / 3])

    def test_ties_come_in_the_order_of_the_rarity_of_what_is_shared(self, similarity, numbered):
        # 6 shares « intergénérationnel » (7 actions) and « Culture » (6), 9 « Culture » and « Mixité sociale » (7):
        # as rare as each other, so by key; 13 shares two keywords of 7 actions.
        entries = similarity.similar([numbered[11]]).between(1, 4)
        assert numbers(numbered, entries) == [9, 6, 13]
        rarer, common = math.log1p(16 / 6), math.log1p(16 / 7)
        assert [entry.rarity for entry in entries] == pytest.approx([rarer + common] * 2 + [2 * common])

    def test_what_eleven_and_fourteen_share_is_named_and_adds_up(self, similarity, numbered):
        reasons = similarity.reasons([numbered[11]], numbered[14])
        assert {reason.node.label for reason in reasons} == {"intergénérationnel", "Mixité sociale"}
        assert [reason.contribution for reason in reasons] == pytest.approx([1 / 3, 1 / 3])
        assert {(reason.kind, reason.term, reason.weight) for reason in reasons} == {(NodeKind.KEYWORD, None, 1)}

    def test_no_mobility_action_shares_a_kind_of_partner_with_the_shuttle(self, similarity, numbered, lot):
        mobility = lot.indexes.members["keyword:mobilite-transport"]
        assert len(mobility) == 4
        found = similarity.similar([numbered[10]], by=[NodeKind.PARTNER], within=mobility)
        assert len(found) == 0
        assert found.between(0, 10) == ()
        assert len(similarity.similar([numbered[10]], by=[NodeKind.PARTNER])) == 8

    def test_an_action_without_keywords_is_like_none_by_keyword(self, similarity, numbered):
        assert len(similarity.similar([numbered[16]])) == 0

    @pytest.mark.parametrize("measure", [Measure.TEXT, Measure.BALANCED])
    def test_the_sheet_about_mobility_without_a_keyword_is_most_like_the_shuttle_and_the_car_pool(
        self, similarity, numbered, measure
    ):
        found = similarity.similar([numbered[16]], measure=measure)
        assert set(numbers(numbered, found.between(0, 2))) == {7, 10}
        reasons = similarity.reasons([numbered[16]], numbered[7], measure=measure)
        assert ("mobilité", None, None) in [(reason.term, reason.kind, reason.node) for reason in reasons]

    @pytest.mark.parametrize(("number", "others"), [(7, {8, 5}), (8, {7}), (5, {7, 8})])
    def test_text_finds_the_mobility_actions_from_each_other(self, similarity, numbered, number, others):
        found = similarity.similar([numbered[number]], measure=Measure.TEXT).between(0, len(others))
        assert set(numbers(numbered, found)) == others

    def test_words_that_are_the_forms_own_are_no_reason(self, similarity, numbered):
        told = {
            reason.term
            for one in numbered.values()
            for entry in similarity.similar([one], measure=Measure.BALANCED).between(0, 16)
            for reason in similarity.reasons([one], entry.action, measure=Measure.BALANCED)
        }
        assert not told & {"travail", "personnes", "atelier", "ateliers", "action", "habitants", "projet", "social"}
        assert len(told) > 100


class TestMeasures:
    @pytest.mark.parametrize(
        ("measure", "score"),
        [
            (Measure.JACCARD, 2 / 5),
            (Measure.OVERLAP, 2 / 3),
            (Measure.COSINE, 2 / math.sqrt(12)),
            # a and b are on both of two actions, c on one, d and e on the other.
            (Measure.RARITY, 2 * math.log(2) / (2 * math.log(2) + 3 * math.log(3))),
        ],
    )
    def test_three_keywords_and_four_with_two_shared(self, measure, score):
        network = network_of(row("one", "abc"), row("other", "abde"))
        [entry] = similarity_of(network).similar([find(network, "one")], measure=measure).between(0, 9)
        assert entry.score == pytest.approx(score, abs=1e-12)

    def test_a_kind_weighs_what_it_is_given(self):
        network = network_of(row("one", "ab", "x"), row("other", "ac", "x"))
        by, weights = [NodeKind.KEYWORD, NodeKind.PARTNER], {NodeKind.PARTNER: 3.0}
        similarity, one, other = similarity_of(network), find(network, "one"), find(network, "other")
        [entry] = similarity.similar([one], by=by, weights=weights).between(0, 9)
        assert entry.score == pytest.approx((1 + 3) / (3 + 3), abs=1e-12)
        reasons = similarity.reasons([one], other, by=by, weights=weights)
        assert [(reason.kind, reason.weight) for reason in reasons] == [(NodeKind.PARTNER, 3), (NodeKind.KEYWORD, 1)]
        assert [reason.contribution for reason in reasons] == pytest.approx([3 / 6, 1 / 6])

    def test_structure_and_department_can_be_shared(self):
        network = network_of(row("one"), row("two"), row("three", structure="Figeac"))
        similarity, one = similarity_of(network), find(network, "one")
        by_both = similarity.similar([one], by=[NodeKind.STRUCTURE, NodeKind.DEPARTMENT]).between(0, 9)
        assert [(entry.action.title, round(entry.score, 6)) for entry in by_both] == [("two", 1), ("three", 0.333333)]

    def test_several_actions_are_compared_by_the_union_of_their_nodes(self):
        network = network_of(row("one", "ab"), row("two", "bc"), row("near", "abc"), row("far", "cd"))
        found = similarity_of(network).similar([find(network, "one"), find(network, "two")]).between(0, 9)
        assert [(entry.action.title, entry.score) for entry in found] == [("near", 1), ("far", 0.25)]

    def test_the_order_of_a_list_does_not_matter(self):
        network = network_of(row("one", "ab"), row("two", "ba"), row("three", "ab"))
        found = similarity_of(network).similar([find(network, "one")]).between(0, 9)
        assert [(entry.action.title, entry.score) for entry in found] == [("three", 1), ("two", 1)]

    def test_a_threshold_that_a_score_equals_keeps_it(self):
        network = network_of(row("one", "ab"), row("two", "bc"))
        similarity, one = similarity_of(network), find(network, "one")
        assert len(similarity.similar([one], threshold=1 / 3)) == 1
        assert len(similarity.similar([one], threshold=1 / 3 + 1e-9)) == 0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"to": []}, OutOfRange, "to: 'no action' cannot be used; give one or more"),
        ({"by": []}, OutOfRange, "by: '0 values' cannot be used; give 1 to 4"),
        (
            {"by": [NodeKind.ACTION]},
            NotAccepted,
            "by: 'ACTION' cannot be used; give some of STRUCTURE, DEPARTMENT, REGION, KEYWORD, PARTNER, PUBLIC, "
            "DIMENSION, INITIATOR, TERRITORY",
        ),
        ({"threshold": 1.5}, OutOfRange, "threshold: '1.5' cannot be used; give a number from 0 to 1"),
        ({"threshold": math.nan}, OutOfRange, "threshold: 'nan'"),
        ({"weights": {NodeKind.PARTNER: 1}}, NotAccepted, r"weights: 'PARTNER' .* give kinds of `by` \(KEYWORD\)"),
        ({"weights": {NodeKind.KEYWORD: 0}}, OutOfRange, "weights: '0' .* give a number from 0.001 to 1000"),
        ({"weights": {NodeKind.KEYWORD: math.nan}}, OutOfRange, "weights: 'nan'"),
        ({"weights": {NodeKind.KEYWORD: math.inf}}, OutOfRange, "weights: 'inf'"),
        (
            {"weights": {NodeKind.KEYWORD: 2}, "measure": Measure.TEXT},
            NotAccepted,
            "weights: 'KEYWORD' .* the measure TEXT compares words; give no weights",
        ),
    ],
)
def test_an_argument_out_of_range_is_named(arguments, error, message):
    network = network_of(row("one", "a"), row("two", "a"))
    with pytest.raises(error, match=message):
        similarity_of(network).similar(**({"to": [find(network, "one")]} | arguments))


KEYWORDS = "abcdefghij"


def balanced(network: Network, key: str, texts: dict[str, str] | None = None, **options) -> dict[str, float]:
    """The score of every similar action, by title."""
    said = [(f"action:{title}", SheetText(summary=text)) for title, text in (texts or {}).items()]
    similarity = Similarity(network, indexes.build(network), lambda: TextIndex.build(network, said))
    found = similarity.similar([find(network, key)], measure=Measure.BALANCED, **options)
    return {entry.action.title: entry.score for entry in found.between(0, len(found))}


class TestBalanced:
    def test_links_are_half_and_each_node_weighs_the_square_of_what_it_tells(self):
        network = network_of(row("1", "ab"), row("2", "ac"), row("3", "c"), row("4", "d"))
        a, b = math.log(4 / 2) ** 2, math.log(4 / 1) ** 2  # c is as frequent as a
        expected = a / 2 / math.sqrt((a + b + 1) * (a + a + 1))
        assert balanced(network, "1") == {"2": pytest.approx(expected, abs=1e-12)}

    def test_words_are_the_other_half(self):
        network = network_of(row("1"), row("2"), row("3"))
        assert balanced(network, "1", {"1": "lanterne valise", "2": "valise lanterne", "3": "ardoise"}) == {
            "2": pytest.approx(0.5, abs=1e-6)
        }

    def test_the_only_keyword_of_two_actions_does_not_make_them_the_same_and_the_less_the_more_have_it(self):
        rare = [row(str(number), "a") for number in range(3)]
        common = [row(str(number), "s") for number in range(3, 60)]
        network = network_of(*rare, *common, *(row(str(number), "bc") for number in range(60, 100)))
        assert 0.4 < max(balanced(network, "0").values()) < 0.5
        assert 0 < max(balanced(network, "5").values()) < 0.15

    def test_what_every_action_has_says_nothing_and_so_does_autre(self):
        network = network_of(row("0", "a"), *(row(key, "a")._replace(partners=["Autre"]) for key in "12"))
        assert balanced(network, "1") == balanced(network, "0") == {}

    def test_whoever_ticked_every_box_is_less_alike(self):
        others = [row(str(number), KEYWORDS[number]) for number in range(10)]
        network = network_of(row("one", "ab"), row("two", "ab"), row("all", KEYWORDS), *others)
        found = balanced(network, "one")
        assert found["two"] > 1.5 * found["all"]

    def test_keywords_partners_and_publics_are_compared_and_others_where_they_are_asked_for(self):
        network = network_of(row("1", "", "x"), row("2", "", "x"), row("3", structure="Figeac"))
        assert [*balanced(network, "1")] == ["2"]
        assert [*balanced(network, "1", by=[NodeKind.KEYWORD])] == []
        assert [*balanced(network, "1", by=[NodeKind.STRUCTURE])] == ["2"]

    def test_a_kind_weighs_what_it_is_given(self):
        network = network_of(row("1", "a", "x"), row("2", "a"), row("3", "", "x"), row("4"))
        assert balanced(network, "1")["2"] > balanced(network, "1")["3"]
        found = balanced(network, "1", by=[NodeKind.KEYWORD, NodeKind.PARTNER], weights={NodeKind.PARTNER: 9.0})
        assert found["2"] < found["3"]


def test_a_text_that_a_sheet_says_has_the_neighbours_of_that_sheet_and_the_sheet_itself_first():
    network = network_of(row("1"), row("2"), row("3"), row("4"))
    said = {"1": "lanterne valise valise", "2": "lanterne ardoise", "3": "valise", "4": "ardoise"}
    texts = [(f"action:{key}", SheetText(summary=text)) for key, text in said.items()]
    similarity = Similarity(network, indexes.build(network), lambda: TextIndex.build(network, texts))
    entries = similarity.similar("Un VALISE, deux valises, une lanterne", measure=Measure.TEXT).between(0, 9)
    of_sheet = similarity.similar([find(network, "1")], measure=Measure.TEXT).between(0, 9)
    assert [(entry.action.title, entry.score) for entry in entries] == [
        ("1", pytest.approx(1, abs=1e-6)),
        *((entry.action.title, pytest.approx(entry.score, abs=1e-6)) for entry in of_sheet),
    ]
    reasons = similarity.reasons("valise zzz", find(network, "1"), measure=Measure.TEXT)
    assert [(reason.term, reason.node) for reason in reasons] == [("valise", None)]
    only = similarity.similar("lanterne", measure=Measure.TEXT, within=FrozenBitMap([find(network, "2").ordinal]))
    assert [entry.action.title for entry in only.between(0, 9)] == ["2"]


def test_threads_that_ask_at_once_wait_for_one_text_index():
    network = network_of(row("one", "a"), row("two", "a"))
    made = []
    together = threading.Barrier(4)

    def text_index() -> TextIndex:
        made.append(threading.get_ident())
        return TextIndex.build(network, [])

    similarity = Similarity(network, indexes.build(network), text_index)
    counts = []

    def ask() -> None:
        together.wait()
        counts.append(len(similarity.similar([network.actions[0]], measure=Measure.TEXT)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert counts == [0] * 4


def test_a_text_index_that_fails_is_tried_again():
    network = network_of(row("one"), row("two"))
    answers = [RuntimeError("the disk is gone"), TextIndex.build(network, [])]

    def text_index() -> TextIndex:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    similarity = Similarity(network, indexes.build(network), text_index)
    with pytest.raises(RuntimeError, match="the disk is gone"):
        similarity.similar([network.actions[0]], measure=Measure.TEXT)
    assert len(similarity.similar([network.actions[0]], measure=Measure.TEXT)) == 0


def test_more_combinations_of_kinds_than_are_kept_are_answered():
    network = network_of(row("one", "ab", "x"), row("two", "a", "x"))
    similarity = similarity_of(network)
    for number in range(1, 2 ** len(LINKED_KINDS)):
        by = [kind for place, kind in enumerate(LINKED_KINDS) if number >> place & 1]
        if len(by) > MOST_KINDS:
            continue
        shared = nodes(network.actions[0], by) & nodes(network.actions[1], by)
        assert len(similarity.similar([network.actions[0]], by=by)) == bool(shared)


def test_more_kinds_than_are_compared_at_once_are_refused():
    network = network_of(row("one", "ab", "x"))
    with pytest.raises(OutOfRange, match=f"by: '5 values' cannot be used; give 1 to {MOST_KINDS}"):
        similarity_of(network).similar([network.actions[0]], by=list(LINKED_KINDS[: MOST_KINDS + 1]))


LETTERS = st.text("abcde", max_size=5)


@st.composite
def networks(draw) -> Network:
    number = draw(st.integers(1, 12))
    return network_of(
        *(
            row(f"{place:02}", draw(LETTERS), draw(st.text("xyz", max_size=2)), draw(st.sampled_from("RF")))
            for place in range(number)
        )
    )


SAID = st.lists(st.sampled_from(("lanterne", "valise", "balcon", "navette", "vélo", "projet")), max_size=4)


@settings(max_examples=100, deadline=None)
@given(
    network=networks(), said=st.lists(SAID, min_size=12, max_size=12), chosen=st.none() | st.sets(st.integers(0, 11))
)
def test_balanced_scores_add_up_and_are_the_same_from_either_side(network, said, chosen):
    actions = network.actions
    texts = [(action.key, SheetText(summary=" ".join(said[action.ordinal]))) for action in actions]
    similarity = Similarity(network, indexes.build(network), lambda: TextIndex.build(network, texts))
    within = None if chosen is None else FrozenBitMap(each for each in chosen if each < len(actions))
    scores = {}
    for one in actions:
        found = similarity.similar([one], measure=Measure.BALANCED)
        entries = found.between(0, len(found))
        assert [(-e.score, -e.rarity, e.action.key) for e in entries] == sorted(
            (-e.score, -e.rarity, e.action.key) for e in entries
        )
        inside = similarity.similar([one], measure=Measure.BALANCED, within=within, threshold=0.1)
        assert list(inside.between(0, len(inside))) == [
            e for e in entries if e.score >= 0.1 and (within is None or e.action.ordinal in within)
        ]
        for entry in entries:
            assert 0 < entry.score < 1
            scores[one.key, entry.action.key] = entry.score
            reasons = similarity.reasons([one], entry.action, measure=Measure.BALANCED)
            assert math.fsum(reason.contribution for reason in reasons) == pytest.approx(entry.score, abs=1e-9)
            assert all(reason.contribution > 0 for reason in reasons)
    assert all(scores[other, one] == pytest.approx(score, abs=1e-9) for (one, other), score in scores.items())


def brute_force(network, to, by, measure, weights, threshold, within):
    """Every other action with its score, by the definitions, in order."""
    size = len(network.actions)
    frequency = {
        node: sum(node in nodes(a, by) for a in network.actions) for a in network.actions for node in nodes(a, by)
    }
    rarity = {node: math.log(1 + size / count) for node, count in frequency.items()}

    def weigh(found):
        return math.fsum(
            weights.get(NodeKind(node.key.partition(":")[0]), 1) * (rarity[node] if measure is Measure.RARITY else 1)
            for node in found
        )

    mine = set().union(*(nodes(action, by) for action in to))
    ranked = []
    for action in network.actions:
        theirs = nodes(action, by)
        shared = mine & theirs
        if action in to or not shared or (within is not None and action.ordinal not in within):
            continue
        score = {
            Measure.OVERLAP: lambda: weigh(shared) / min(weigh(mine), weigh(theirs)),  # noqa: B023
            Measure.COSINE: lambda: weigh(shared) / math.sqrt(weigh(mine) * weigh(theirs)),  # noqa: B023
        }.get(measure, lambda: weigh(shared) / weigh(mine | theirs))()  # noqa: B023
        score = round(score, 12)
        if score >= round(threshold, 12):
            rare = round(math.fsum(rarity[node] for node in shared), 9)
            ranked.append(((-score, -rare, action.key), action, score))
    return [(action, score) for _, action, score in sorted(ranked, key=lambda entry: entry[0])]


KIND_SETS = st.lists(
    st.sampled_from([NodeKind.KEYWORD, NodeKind.PARTNER, NodeKind.STRUCTURE]), min_size=1, max_size=3, unique=True
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), network=networks(), by=KIND_SETS, measure=st.sampled_from(SET_MEASURES))
def test_rankings_are_those_of_the_definitions(data, network, by, measure):
    actions = network.actions
    to = data.draw(st.lists(st.sampled_from(actions), min_size=1, max_size=3, unique=True), "to")
    weights = data.draw(st.dictionaries(st.sampled_from(by), st.sampled_from([0.1, 0.3, 2, 7])), "weights")
    threshold = data.draw(st.sampled_from([0, 0.25, 1 / 3, 0.5, 1]), "threshold")
    within = data.draw(st.none() | st.sets(st.integers(0, len(actions) - 1)).map(FrozenBitMap), "within")
    similarity = similarity_of(network)
    expected = brute_force(network, to, by, measure, weights, threshold, within)
    ranked = similarity.similar(to, by=by, measure=measure, weights=weights, threshold=threshold, within=within)
    assert len(ranked) == len(expected)
    found = ranked.between(0, len(expected))
    assert [entry.action.key for entry in found] == [action.key for action, _ in expected]
    assert [entry.score for entry in found] == pytest.approx([score for _, score in expected], abs=1e-11)
    assert all(0 < entry.score <= 1 for entry in found)
    for entry in found:
        reasons = similarity.reasons(to, entry.action, by=by, measure=measure, weights=weights)
        assert {reason.node for reason in reasons} == nodes(entry.action, by) & set().union(*(nodes(a, by) for a in to))
        assert math.fsum(reason.contribution for reason in reasons) == pytest.approx(entry.score, abs=1e-11)

    start = data.draw(st.integers(0, len(expected)), "start")
    stop = data.draw(st.integers(start, len(expected) + 2), "stop")
    assert ranked.between(start, stop) == found[start:stop]
    if found:
        turn = data.draw(st.integers(0, len(found) - 1), "turn")
        following = ranked.page(Window(first=2, after=ranked.place_of(found[turn])))
        assert following.items == found[turn + 1 : turn + 3]
        assert (following.has_previous, following.has_next) == (True, turn + 3 < len(found))
        preceding = ranked.page(Window(last=2, before=ranked.place_of(found[turn])))
        assert preceding.items == found[max(turn - 2, 0) : turn]
        assert (preceding.has_previous, preceding.has_next) == (turn > 2, True)


@settings(max_examples=50, deadline=None)
@given(network=networks(), by=KIND_SETS, measure=st.sampled_from(SET_MEASURES))
def test_two_actions_have_the_same_score_from_either_side(network, by, measure):
    similarity = similarity_of(network)
    scores = {
        (action.key, entry.action.key): entry.score
        for action in network.actions
        for entry in similarity.similar([action], by=by, measure=measure).between(0, len(network.actions))
    }
    assert all(scores[other, one] == score for (one, other), score in scores.items())


def test_a_place_whose_action_is_gone_still_parts_the_ranking():
    network = network_of(*(row(key, "a") for key in ("one", "anne", "basile", "denis")))
    ranked = similarity_of(network).similar([find(network, "one")])
    score, rarity, _ = ranked.place_of(ranked.between(0, 1)[0])
    after_nobody = ranked.page(Window(first=9, after=(score, rarity, "action:claire")))
    assert [entry.action.title for entry in after_nobody.items] == ["denis"]
    assert ranked.page(Window(first=9, after=(0.1, 0.0, "action:anne"))).items == ()
    assert len(ranked.page(Window(first=9, after=(1.0, 99.0, "action:anne"))).items) == 3
