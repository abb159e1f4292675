"""One picture of each kind, drawn once."""

from __future__ import annotations

import pytest

from finetune.synthetic.kinds import KINDS
from finetune.synthetic.sample import Sample
from finetune.synthetic.write import make_case

SEED = 2026


@pytest.fixture(scope="session")
def drawn() -> dict[str, Sample]:
    """The first case of each kind."""
    return {kind: make_case(kind, 0, SEED) for kind in KINDS}
