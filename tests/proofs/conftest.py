from __future__ import annotations

from typing import Any

from tests.proofs.results import ROWS, SEED


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    if config.option.markexpr != "prove" or not ROWS:
        return
    terminalreporter.section(f"what was tried (PROOF_SEED={SEED})")
    for row in ROWS:
        terminalreporter.write_line("| " + " | ".join(row) + " |")
