"""The vendored libraries are the published files, each with its version, its licence and its place in the README."""

from __future__ import annotations

import hashlib
import re

from web.files import VENDOR

FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


def test_every_file_is_the_one_whose_checksum_was_noted() -> None:
    noted = dict(
        reversed(line.split("  ", 1)) for line in (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == noted


def test_every_folder_has_a_version_in_its_name_a_licence_and_a_line_in_the_readme() -> None:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    for folder in FOLDERS:
        assert re.fullmatch(r"[a-z0-9-]+-\d+\.\d+\.\d+", folder.name), folder.name
        assert (folder / "LICENSE").stat().st_size > 500, folder.name
        assert f"`{folder.name}`" in readme, folder.name
