"""Small random directories, for rules that must hold on any of them."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.model import Sheet

KEYWORDS = ("Culture", "Santé", "Emploi, économie", "Logement")
PARTNERS = ("Caf", "Commune", "Autre")
TITLES = ("Atelier", "atelier", "Été", "ete", "Repas", "Zèbre")

lists_of = lambda values: st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)  # noqa: E731

sheets = st.builds(
    Sheet,
    title=st.sampled_from(TITLES),
    department=st.sampled_from(("Lot", "Ain")),
    year=st.none() | st.integers(2015, 2018),
    structure=st.sampled_from(("A", "B", "C")),
    structure_department=st.sampled_from(("Lot", "Ain")),
    status=st.sampled_from(("En cours", "Terminée", "")),
    dimension=st.sampled_from(("Services", "")),
    keywords=lists_of(KEYWORDS),
    partners=lists_of(PARTNERS),
    publics=lists_of(("Tous publics", "Seniors")),
    territory=st.sampled_from(("Une commune", "Autre")),
)

directories = st.lists(sheets, max_size=12)
