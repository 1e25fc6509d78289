"""Networks small enough to check by hand, and random ones for properties."""

from hypothesis import strategies as st

from graph import indexes, network
from graph.analysis import Analysis
from graph.analysis.quality import empty_texts
from graph.indexes import Indexes
from graph.model import LightRow
from graph.network import Network
from graph.vocabulary import Vocabulary

NO_VOCABULARY = Vocabulary({})


def row(name, *keywords, structure="S", department="D", partners=(), publics=(), year=2020, dimension=""):
    return LightRow(
        key=f"action:{name}",
        title=name,
        year=year,
        department=department,
        structure=structure,
        structure_department=department,
        status="En cours",
        dimension=dimension,
        keywords=keywords,
        partners=partners,
        publics=publics,
    )


def network_of(*rows: LightRow, vocabulary: Vocabulary = NO_VOCABULARY) -> tuple[Network, Indexes]:
    built = network.build(rows, vocabulary)
    return built, indexes.build(built)


def analysis_of(net: Network, ix: Indexes, texts=(), vocabulary: Vocabulary = NO_VOCABULARY) -> Analysis:
    return Analysis(net, ix, lambda: empty_texts(texts), vocabulary)


def some_of(prefix: str, number: int, most: int = 4):
    words = [f"{prefix}{n}" for n in range(number)]
    return st.lists(st.sampled_from(words), max_size=most, unique=True).map(tuple)


@st.composite
def networks(draw, most_actions: int = 14, keywords: int = 6):
    count = draw(st.integers(1, most_actions))
    rows = []
    for number in range(count):
        place = draw(st.sampled_from(["S0 D0", "S1 D0", "S2 D1", "S3 D2"]))
        structure, department = place.split()
        rows.append(
            row(
                f"a{number:02}",
                *draw(some_of("k", keywords)),
                structure=structure,
                department=department,
                partners=draw(some_of("p", 3, 2)),
                dimension=draw(st.sampled_from(["", "x", "y"])),
            )
        )
    return network_of(*rows)
