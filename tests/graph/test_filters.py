from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.filters import Lines

TEXT = st.text("ab ", max_size=4)


@given(st.lists(TEXT, max_size=6), st.text("ab", max_size=2))
def test_one_scan_finds_the_lines_that_hold_start_with_or_are_a_text(lines: list[str], wanted: str):
    found = Lines(lines)
    assert list(found.matches(wanted)) == [n for n, line in enumerate(lines) if wanted in line]
    assert list(found.matches("\n" + wanted)) == [n for n, line in enumerate(lines) if line.startswith(wanted)]
    assert list(found.matches(f"\n{wanted}\n")) == [n for n, line in enumerate(lines) if line == wanted]
