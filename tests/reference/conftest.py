"""The reference software of an office, driven as from its command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from careplan_csv.checker import check
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.reference.__main__ import main
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.writing.unit_files import Unit


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@dataclass
class Software:
    folder: Path
    defect: str = ""
    made: list[Path] = field(default_factory=list)

    def run(self, *words: str) -> int:
        return main(["--store", str(self.folder / "store.db"), "--defect", self.defect, *words])

    def folder_of(self, files: Mapping[str, bytes]) -> str:
        folder = self.new_folder()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return str(folder)

    def new_folder(self) -> Path:
        self.made.append(self.folder / f"{len(self.made):03d}")
        self.made[-1].mkdir()
        return self.made[-1]

    def take(self, *units: Unit) -> list[int]:
        return [self.run("import", self.folder_of(unit.files())) for unit in units]

    def load(self, *units: Unit) -> list[int]:
        return [self.run("load", self.folder_of(unit.files())) for unit in units]

    def dump(self) -> dict[str, bytes]:
        folder = self.new_folder()
        assert self.run("dump", str(folder)) == 0
        return files_of(folder)

    def export(self, unit_id: str) -> dict[str, bytes]:
        folder = self.new_folder()
        assert self.run("export", unit_id, str(folder)) == 0
        return files_of(folder)

    def errors(self, files: Mapping[str, bytes]) -> list[str]:
        found = check(collect([self.folder_of(files)])).findings
        return [finding.rule for finding in found if finding.severity is Severity.ERROR]


MakeSoftware = Callable[..., Software]


@pytest.fixture(scope="module")
def software_of(tmp_path_factory: pytest.TempPathFactory) -> MakeSoftware:
    """Makes the software of an office."""

    def make(office: Office, office_type: str, edition: str = "202407", defect: str = "") -> Software:
        software = Software(tmp_path_factory.mktemp("software"), defect)
        words = {"--office": office.number, "--kind": office.kind, "--office-type": office_type}
        pairs = [word for pair in words.items() for word in pair]
        assert software.run("reset", *pairs, "--edition", edition) == 0
        return software

    return make
