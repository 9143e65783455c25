"""In production every script has its content's hash in its name, also where another script asks for it."""

import re
import shutil
from pathlib import Path

from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.storage import FileSystemStorage

from config.static_files import HashedStaticFiles
from embedded.installation import ROOT

IMPORT = re.compile(r'from "\./([^"]+)"')


def test_scripts_import_each_other_by_their_hashed_names(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "static" / "js", tmp_path / "js")
    source = FileSystemStorage(location=str(ROOT / "static"))
    names = [f"js/{path.name}" for path in (tmp_path / "js").iterdir()]
    storage = HashedStaticFiles(location=str(tmp_path), base_url="/static/")
    # The step that WhiteNoise compresses after.
    for _name, _hashed, outcome in ManifestFilesMixin.post_process(storage, {name: (source, name) for name in names}):
        assert not isinstance(outcome, Exception)
    hashed = {Path(name).name for name in storage.hashed_files.values()}
    imported = {
        name
        for path in (tmp_path / "js").iterdir()
        if path.name in hashed
        for name in IMPORT.findall(path.read_text(encoding="utf-8"))
    }
    assert len(imported) >= 5
    assert imported <= hashed
