from __future__ import annotations

import pytest
from graphql import GraphQLError, parse

from endpoint.errors import ErrorFormat, shorten
from execution.limits import Limits

FORMAT = ErrorFormat(Limits(message_characters=20))
[NODE] = parse("{ hello }").definitions


class Meant(Exception):
    extensions = {"code": "NOT_FOUND"}  # noqa: RUF012


def test_long_messages_are_cut_with_an_ellipsis():
    assert shorten("x" * 20, 20) == "x" * 20
    assert shorten("x" * 21, 20) == "x" * 19 + "…"
    assert FORMAT(GraphQLError("y" * 500))["message"] == "y" * 19 + "…"


@pytest.mark.parametrize(
    "error",
    [
        GraphQLError("x", path=["a"], original_error=ValueError("secret")),
        GraphQLError("x", path=["a"], original_error=GraphQLError("y", original_error=ValueError("secret"))),
        GraphQLError("x", original_error=ValueError("secret")),
    ],
)
def test_an_exception_not_meant_for_the_user_is_masked(error, caplog):
    formatted = FORMAT(error)
    assert formatted["message"] == "Internal error"
    assert formatted["extensions"]["code"] == "INTERNAL"
    assert formatted["extensions"]["id"] in caplog.text
    assert "secret" in caplog.text
    assert "secret" not in str(formatted)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (GraphQLError("x", path=["a"]), "BAD_USER_INPUT"),
        (GraphQLError("x", path=["a"], extensions={"code": "MINE"}), "MINE"),
        (GraphQLError("x", path=["a"], original_error=GraphQLError("x")), "BAD_USER_INPUT"),
        (GraphQLError("x", path=["a"], original_error=Meant(), extensions=Meant.extensions), "NOT_FOUND"),
        (GraphQLError("x", [NODE], original_error=ValueError("of a scalar's parser")), "BAD_USER_INPUT"),
    ],
)
def test_an_error_meant_for_the_user_keeps_its_message(error, code, caplog):
    formatted = FORMAT(error)
    assert (formatted["message"], formatted["extensions"]["code"]) == ("x", code)
    assert caplog.text == ""


def test_two_faults_have_two_ids(caplog):
    error = GraphQLError("x", path=["a"], original_error=ValueError())
    assert FORMAT(error)["extensions"]["id"] != FORMAT(error)["extensions"]["id"]
