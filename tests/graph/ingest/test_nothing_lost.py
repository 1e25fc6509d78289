"""Every line of a file is written back at its place, or a problem names its line. The oracle knows lines alone."""

import re
from collections import Counter

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.fields import FORM
from graph.ingest import read_page, write_page
from graph.vocabulary import load_vocabulary
from tests.graph.ingest.conftest import FIXTURES, LOT

VOCABULARY = load_vocabulary()
LOT_LINES = LOT.read_text(encoding="utf-8").split("\n")
SMALL_LINES = (FIXTURES / "label-in-text.txt").read_text(encoding="utf-8").split("\n")
HEADER = LOT_LINES[:3]
ROWS = LOT_LINES[3:19]
LABELS = [field.label for field in FORM]
PRINTED = {*LABELS, *HEADER, "Actions", "-", "Partenaires d'action:"}


def head(title):
    return ["Actions", title, "- Structure organisatrice", "- LA PASSERELLE - Aisne"]


titles = st.sampled_from(["Larboratoire", "Repas oriental", "Jardin partagé", "Inconnue", ""])
pieces = st.one_of(
    st.sampled_from([*LABELS, *HEADER, *ROWS, "Actions", "", " ", "-", "- Seniors", "Partenaires d'action:"]).map(
        lambda line: [line]
    ),
    titles.map(head),
    titles.map(lambda title: head(title)[1:]),
    titles.map(lambda title: [*head(title), "- Fichier(s) associé(s)", "- Statut de l'action", "- En cours"]),
    st.lists(st.sampled_from(ROWS), max_size=3).map(lambda rows: [*HEADER, *rows]),
    st.sampled_from([SMALL_LINES, SMALL_LINES[4:], LOT_LINES[19:85]]),
)


def not_accounted_for(data):
    """The lines of a file that are neither written back in their order nor named by a problem; what was added."""
    page = read_page(data, "page.txt", VOCABULARY)
    named = {problem.line for problem in page.problems}
    text = data.decode()
    received = [unescaped(line) for line in text.removesuffix("\n").split("\n")]
    written = [unescaped(line) for line in write_page(page).removesuffix("\n").split("\n")]
    lost, at = [], 0
    for number, line in enumerate(received, start=1):
        if number not in named:
            if line in written[at:]:
                at = written.index(line, at) + 1
            else:
                lost.append((number, line))
    territories = {f"- {sheet.territory}" for sheet in page.sheets}
    joined = {line for line in written if any(other.endswith(line) for other in received)}
    added = Counter(written) - Counter(received)
    return lost, set(added) - PRINTED - territories - joined - {""}


def unescaped(line):
    return re.sub(r"^\\", "", line)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 400), pieces), max_size=6), st.booleans(), st.sampled_from([240, 59]))
@example([(59, [""])], True, 59)
@example([(15, ["-"]), (28, ["-"])], False, 59)
@example([(3, ["", "perdu"]), (4, ["Jardin|Aisne|  2018|"])], False, 59)
def test_every_line_is_written_back_at_its_place_or_named_by_a_problem(inserted, newline, length):
    lines = LOT_LINES[:length] if length > 59 else SMALL_LINES[:]
    for at, piece in inserted:
        at = at % (len(lines) + 1)
        lines[at:at] = piece
    lost, added = not_accounted_for(("\n".join(lines) + "\n" * newline).encode())
    assert lost == []
    assert added == set()


def test_the_oracle_finds_a_line_that_is_lost(monkeypatch):
    monkeypatch.setattr("graph.ingest.problems.ProblemList.add", lambda *_: None)
    data = "\n".join([*SMALL_LINES[:16], "perdu", *SMALL_LINES[16:]]).encode()
    assert not_accounted_for(data)[0] == [(17, "perdu")]
