"""Maillage, installed: importing this package lets `import graph`, `import schema`… find Maillage's own modules.

They are called by their short names, in the checkout and in the wheel alike, so Maillage wants an environment of its
own. The wheel holds them in the folder `app` beside this file; in the checkout they are at the root.
"""

from __future__ import annotations

import sys
from pathlib import Path

_package = Path(__file__).resolve().parent
_home = _package / "app" if (_package / "app").is_dir() else _package.parent

# First, so that no other package of the environment or folder of the caller comes before; worker processes inherit it.
sys.path.insert(0, str(_home))
