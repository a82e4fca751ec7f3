"""A longer search for bytes that the reader or the checks do not survive: `make fuzz SECONDS=600`.

Atheris changes valid files under the guidance of what they reach. A crash, a fault that the checker caught, and
an input that takes longer than `SLOWEST` seconds all end the run; the bytes are kept in the working folder.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(
    include=["careplan_csv.reading", "careplan_csv.checks", "careplan_csv.checker"]
):
    from careplan_csv.checker import check
    from careplan_csv.reading.record_values import read_records
    from careplan_csv.reading.sources import Inputs, Origin, Source

from careplan_csv.standard import standard
from careplan_csv.standard.filenames import parse
from careplan_csv.synthesis.samples.sample_files import valid_files

SLOWEST = 5.0
_SEEDS = [
    (path.rsplit("/", 1)[-1], data)
    for path, data in sorted(valid_files().items())
    if path.endswith(".CSV") and path.startswith("valid/202407")
]
_NAMES = sorted({name for name, _ in _SEEDS})


def one_input(data: bytes) -> None:
    """The first byte chooses a file name, the rest is the file."""
    if not data:
        return
    name, content = _NAMES[data[0] % len(_NAMES)], data[1:]
    started = time.monotonic()
    parsed = parse(name, standard())
    if parsed is not None:
        read_records(content, standard().newest.layout(parsed.prefix))
    source = Source(name, name, "", Origin.NAMED, len(content), lambda: io.BytesIO(content))
    result = check(Inputs((source,)))
    if result.internal_faults:
        raise RuntimeError(f"{name}: {result.internal_faults}")
    if time.monotonic() - started > SLOWEST:
        raise TimeoutError(f"{name}: {len(content)} bytes took too long")


def main() -> None:
    with TemporaryDirectory() as folder:
        for number, (name, data) in enumerate(_SEEDS):
            (Path(folder) / f"{number:03d}").write_bytes(bytes([_NAMES.index(name)]) + data)
        atheris.Setup([*sys.argv, "-max_len=4096", "-timeout=30", folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
