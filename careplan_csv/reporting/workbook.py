"""Workbooks whose bytes depend on their contents alone."""

from __future__ import annotations

import io
import re
import zipfile

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIXED = rb"\g<1>2000-01-01T00:00:00Z\g<2>"


def undated(data: bytes) -> bytes:
    """A workbook without the moment at which it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == _CORE:
                content = _MOMENT.sub(_FIXED, content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The mark of the system that wrote it, otherwise that of this machine.
            entry.create_system = 0
            new.writestr(entry, content)
    return stream.getvalue()
