from __future__ import annotations

import pytest

from endpoint.media_types import GRAPHQL_RESPONSE, JSON, answer_type, is_json, wants_html


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        (b"application/json", True),
        (b"APPLICATION/JSON", True),
        (b"application/json;charset=utf-8", True),
        (b'application/json; charset="UTF-8"', True),
        (b"application/json; charset=utf8", True),
        (b"application/json; charset=latin-1", False),
        (b"application/json; boundary=x", False),
        (b"application/json, text/plain", False),
        (b"text/plain, application/json", False),
        (b"text/plain+application/json", False),
        (b"application/graphql-response+json", False),
        (b"application/x-www-form-urlencoded", False),
        (b"multipart/form-data; boundary=application/json", False),
        (b"text/plain", False),
        (b"", False),
    ],
)
def test_only_json_in_utf_8_is_read(content_type, read):
    assert is_json(content_type) is read


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (b"application/json", JSON),
        (b"application/graphql-response+json", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", GRAPHQL_RESPONSE),
        (b"application/json, application/graphql-response+json", JSON),
        (b"application/json;q=0.5, application/graphql-response+json;q=0.9", GRAPHQL_RESPONSE),
        (b"application/json;q=0.9, application/graphql-response+json;q=0.5", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"*/*, application/graphql-response+json", GRAPHQL_RESPONSE),
        (b"application/graphql-response+json;q=0, */*", JSON),
        (b"text/html, */*;q=0.8", JSON),
        (b"text/html", None),
        (b"application/json;q=0", None),
        (b"application/json;q=x", None),
        (b"application/json;q=nan", None),
        (b"", None),
        (b",,;;,", None),
    ],
)
def test_the_media_type_of_the_answer_follows_quality_then_name(accept, answered):
    assert answer_type(accept) == answered


def test_a_page_is_for_those_that_name_html():
    assert wants_html(b"text/html,application/xhtml+xml,*/*;q=0.8")
    assert not wants_html(b"*/*")
    assert not wants_html(b"application/json")
