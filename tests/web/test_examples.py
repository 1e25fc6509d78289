"""The reader of examples, over files written here."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.examples import Example, ExampleError, load_examples, read_example


def write(folder: Path, text: str | bytes, name: str = "01-one.graphql") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_title_description_variables_and_query_are_told_apart(tmp_path: Path) -> None:
    text = (
        "# Une action\n# Une phrase,\n#\n# et une autre.\n"
        '# variables: {"id": "action:é"}\n\n# Not the header\nquery A($id: ID!) { a }\n'
    )
    assert read_example(write(tmp_path, text)) == Example(
        name="01-one",
        title="Une action",
        description="Une phrase, et une autre.",
        query="# Not the header\nquery A($id: ID!) { a }",
        variables={"id": "action:é"},
    )


@pytest.mark.parametrize("text", ["# Title\n{ a }", "# Title\r\n{ a }\r\n", b"\xef\xbb\xbf#Title\n\n{ a }"])
def test_a_title_and_a_query_are_enough(tmp_path: Path, text: str | bytes) -> None:
    assert read_example(write(tmp_path, text)) == Example("01-one", "Title", "", "{ a }", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "01-one.graphql:1: the first line must be a title"),
        ("{ a }", "01-one.graphql:1: the first line must be a title"),
        ("#\n# Title\n{ a }", "01-one.graphql:1: the first line must be a title"),
        ("# variables: {}\n{ a }", "01-one.graphql:1: the first line must be a title"),
        ("# Title\n# Description\n", "01-one.graphql: no query follows the comments"),
        ("# Title\n# variables: {id}\n{ a }", "01-one.graphql:2: the variables are not JSON on one line: .*: {id}"),
        ("# Title\n# variables: [1]\n{ a }", r"01-one.graphql:2: the variables are not a JSON object: \[1\]"),
        ("# Title\n# variables: {}\n# More\n{ a }", "01-one.graphql:2: « variables: » must be the last line"),
        (b"# Titl\xe9\n{ a }", "01-one.graphql is not UTF-8: .* at byte 6"),
    ],
)
def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ExampleError, match=message):
        read_example(write(tmp_path, text))


def test_a_folder_is_read_in_the_order_of_its_names_and_other_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "# Two\n{ b }", "02-two.graphql")
    write(tmp_path, "# One\n{ a }", "01-one.graphql")
    write(tmp_path, "{}", "01-one.json")
    assert [example.title for example in load_examples(tmp_path)] == ["One", "Two"]


def test_an_empty_folder_has_no_example(tmp_path: Path) -> None:
    assert load_examples(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match="nowhere is not a folder of examples"):
        load_examples(tmp_path / "nowhere")
