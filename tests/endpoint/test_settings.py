from __future__ import annotations

import dataclasses

import pytest

from endpoint import EndpointSettings


def test_every_setting_says_what_it_is():
    assert all(setting.metadata["sentence"] for setting in dataclasses.fields(EndpointSettings))


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("body_bytes", "a whole number of at least 1"),
        ("body_seconds", "a number above 0"),
        ("threads", "a whole number of at least 1"),
        ("lag_seconds", "a number above 0"),
        ("header_bytes", "a whole number of at least 1"),
    ],
)
def test_a_setting_that_must_be_positive_is_checked(name, needed):
    with pytest.raises(ValueError, match=rf"EndpointSettings.{name} is 0; {needed} is needed"):
        EndpointSettings(**{name: 0})


@pytest.mark.parametrize("name", ["batch", "persisted", "waiting"])
def test_a_setting_may_be_zero_but_not_less(name):
    EndpointSettings(**{name: 0})
    with pytest.raises(ValueError, match=rf"EndpointSettings.{name} is -1; a whole number of at least 0 is needed"):
        EndpointSettings(**{name: -1})


@pytest.mark.parametrize(("name", "value"), [("get", 1), ("threads", True), ("batch", 1.5), ("body_seconds", "1")])
def test_a_setting_of_another_type_is_refused(name, value):
    with pytest.raises(ValueError, match=rf"EndpointSettings.{name} is {value!r}; .* is needed"):
        EndpointSettings(**{name: value})


def test_a_duration_may_be_a_whole_number():
    assert EndpointSettings(body_seconds=3).body_seconds == 3
