"""Waits drawn at random are the same ones each time: by chance two of a few may be alike, which is a finding."""

import random
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _drawn_alike() -> Iterator[None]:
    state = random.getstate()
    random.seed(7)
    yield
    random.setstate(state)
