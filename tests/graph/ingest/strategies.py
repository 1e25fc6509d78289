"""What a sheet may hold, for property tests: anything that the form has a place for, label-like lines above all."""

import unicodedata

from hypothesis import strategies as st

from graph.ingest.form import CODES
from graph.model import Origin, Sheet, SheetText

TEMPTING = [
    *CODES,
    *(f"\\{label}" for label in CODES),
    *("\\\\- Public", "\\Actions", "\\", "\\x", "-", "- ", "-\u00a0Public", "- Public ", "- Seniors", "", " ", "|"),
    *("Partenaires d'action:", "Nom | Département | Année |", "---|---|---|", "Les actions des centres sociaux"),
    *("A | Lot | 2016 |", "- X - Lot", " - ", "- - -", "Actions ", "actions", "- public"),
]

any_line = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8).map(
    lambda line: unicodedata.normalize("NFC", line)
)
lines = st.sampled_from(TEMPTING) | any_line
texts = st.lists(lines, max_size=6).map("\n".join)
values = lines.filter(lambda line: line.strip())
words = st.just("") | values
value_lists = st.lists(values, max_size=3).map(tuple)
departments = st.sampled_from(["Lot", "Lot-et-Garonne", "-", ""]) | any_line.filter(
    lambda line: "|" not in line and " - " not in f"- {line}"
)
origins = st.builds(Origin, any_line, st.integers(1, 9), st.integers(10, 99))


@st.composite
def sheets(draw):
    territory = draw(words)
    name = draw(lines)
    structure_department = draw(departments)
    return Sheet(
        title=draw(lines),
        department=draw(departments),
        year=draw(st.none() | st.integers(1, 9999)),
        structure=name if structure_department or name.strip() else "",
        structure_department=structure_department,
        status=draw(words),
        dimension=draw(words),
        keywords=draw(value_lists),
        initiators=draw(value_lists),
        territory=territory,
        publics=draw(value_lists),
        partners=draw(value_lists),
        text=SheetText(
            files=draw(value_lists),
            end_reason=draw(st.none() | texts),
            initiator_detail=draw(st.none() | texts),
            territory_again=draw(st.none() | words.filter(lambda word: word != territory)),
            **{
                name: draw(texts)
                for name in SheetText.__dataclass_fields__
                if name not in ("files", "end_reason", "initiator_detail", "territory_again")
            },
        ),
        origin=draw(st.none() | origins),
    )
