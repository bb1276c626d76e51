from pathlib import Path

import pytest

from tests.adapters.content.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def translated(folder: Folder) -> Folder:
    folder.translate()
    return folder
