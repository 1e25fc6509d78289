from __future__ import annotations

import dataclasses

import pytest

from endpoint import EndpointSettings


def test_every_setting_has_a_unit():
    assert all(setting.metadata["unit"] for setting in dataclasses.fields(EndpointSettings))


@pytest.mark.parametrize("name", ["body_bytes", "body_seconds", "threads", "lag_seconds", "header_bytes"])
def test_a_setting_that_must_be_positive_is_checked(name):
    with pytest.raises(ValueError, match=rf"EndpointSettings.{name} is 0; more than 0 is needed"):
        EndpointSettings(**{name: 0})


@pytest.mark.parametrize("name", ["batch", "persisted", "waiting"])
def test_a_setting_may_be_zero_but_not_less(name):
    EndpointSettings(**{name: 0})
    with pytest.raises(ValueError, match=rf"EndpointSettings.{name} is -1; 0 or more is needed"):
        EndpointSettings(**{name: -1})
