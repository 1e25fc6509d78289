"""The second file: where structures are. What is right is taken as it stands, and what is not is told by its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ingest.structures import NotStructures, read_structures, write_structures
from graph.model import StructurePlace
from graph.place_values import not_held

SIRET = "73282932000074"  # 5+3+4+8+4+9+6+2+0+0+0+0+5+4 = 50, a multiple of ten


def read(*lines: str) -> dict[str, StructurePlace]:
    return read_structures("\n".join(lines).encode(), "structures.csv")


def errors(*lines: str) -> list[str]:
    with pytest.raises(NotStructures) as refused:
        read(*lines)
    return refused.value.errors


def test_a_line_is_read_whole_and_an_empty_value_is_nothing():
    found = read(
        "structure,department,siret,address,postcode,commune,latitude,longitude,site",
        'Le Rionet,46,732 829 320 00074,"12, rue Haute",46100,Figeac,44.6085,2.0316,https://rionet.example/a',
        "Autre,Le Lot,,,,,,,",
    )
    assert found == {
        "structure:lot-le-rionet": StructurePlace(
            SIRET, "12, rue Haute", "46100", "Figeac", 44.6085, 2.0316, "https://rionet.example/a"
        ),
        "structure:lot-autre": StructurePlace(),
    }


def test_a_file_of_a_french_spreadsheet_is_read_with_its_semicolons_commas_and_byte_order_mark():
    data = "Department;Structure;Latitude;Longitude\r\nLot;Le Rionet;44,5;-1,25\r\n\r\n;;;\r\n".encode("utf-8-sig")
    place = StructurePlace(latitude=44.5, longitude=-1.25)
    assert read_structures(data, "s.csv") == {"structure:lot-le-rionet": place}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("siret", "73282932000075", "siret '73282932000075': expected 14 digits of which the last is right"),
        ("siret", "732829320", "siret '732829320': expected 14 digits"),
        ("siret", "7328293200007A", "expected 14 digits"),
        ("postcode", "4610", "postcode '4610': expected 5 digits"),
        ("postcode", "٤٦١٠٠", "expected 5 digits"),
        ("latitude", "44.5", "latitude stands alone; give both latitude and longitude, or neither"),
        ("latitude", "91", "latitude '91': expected degrees from -90 to 90"),
        ("longitude", "nord", "longitude 'nord': expected degrees from -180 to 180"),
        ("latitude", "nan", "latitude 'nan': expected degrees"),
        ("site", "javascript:alert(1)", "site 'javascript:alert(1)': expected an address that begins with http://"),
        ("site", "rionet.example", "expected an address"),
        ("site", "https://[", "expected an address"),
        ("site", "https://a b", "expected an address"),
        ("address", "x" * 301, "address has 301 characters; give at most 300"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_told_with_its_line_and_what_is_accepted(column, value, said):
    told = errors(f"structure,department,{column}", "A,Lot,", f"B,Lot,{value}")
    assert told[0].startswith("structures.csv: line 3: ")
    assert said in " ".join(told)


def test_every_line_that_does_not_fit_is_told():
    assert errors("structure,department,postcode", ",Lot,46", "A,,", "A,Lot", "B,Lot,", "b,46,") == [
        "structures.csv: line 2: structure is empty; it is required",
        "structures.csv: line 2: postcode '46': expected 5 digits",
        "structures.csv: line 3: department is empty; it is required",
        "structures.csv: line 4: 2 values, and the header has 3; a value with the separator in it stands in quotes",
        "structures.csv: line 6: 'b' of '46' stands on line 5 too",
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [""],
            "line 1: the column 'structure' is missing; expected the columns structure, department, and any of siret",
        ),
        (["structure,department,phone"], "line 1: the column 'phone' cannot be used"),
        (["structure,department,structure"], "line 1: the column 'structure' stands twice"),
        (["structure,department", 'A,"Lot'], "line 2: it is not CSV: unexpected end of data"),
    ],
    ids=str,
)
def test_a_file_of_another_form_is_refused_with_what_is_accepted(lines, said):
    assert said in errors(*lines)[0]


def test_a_file_that_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(NotStructures, match=r"s.csv: line 2: it is not UTF-8 \(byte 24\); save the file as UTF-8"):
        read_structures("structure,department\nCaf\xe9,Lot\n".encode("latin-1"), "s.csv")


words = st.text(st.sampled_from('aé ,;"\n\\=0'), max_size=9).map(str.strip).map(lambda text: text or None)
degrees = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)).filter(
    lambda at: all(abs(value) > 1e-200 or not value for value in at)  # a value has no more than 300 characters
)
places = st.builds(
    lambda siret, address, commune, at, site: StructurePlace(
        siret, address, None, commune, *(at or (None, None)), site=site
    ),
    st.sampled_from((None, SIRET)),
    words,
    words,
    degrees,
    st.sampled_from((None, "https://rionet.example/a?b=1,2;3")),
)


@given(st.lists(places, max_size=4))
def test_what_is_written_is_read_as_it_was_to_the_last_digit(placed: list[StructurePlace]):
    data = b"".join(write_structures((f"Centre {n}", "Lot", place) for n, place in enumerate(placed)))
    assert read_structures(data, "s.csv") == {f"structure:lot-centre-{n}": place for n, place in enumerate(placed)}
    assert [said for place in placed for said in not_held(place)] == []
