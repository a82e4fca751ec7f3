"""Pictures that were sent with a record, to be shown within a page: only what really is a JPEG, and not too large."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

from markupsafe import Markup

from careplan_csv.findings import printable
from careplan_csv.forms.located_records import FormRecord
from careplan_csv.reading.jpeg import hidden_metadata
from careplan_csv.reading.sources import Source

LARGEST = 2 << 20
"""Bytes of one picture."""
MOST = 20 << 20
"""Bytes of all pictures of a page."""

_ABSENT = "（画像が一緒にありません）"
_UNREAD = "（画像を読めません）"
_NO_JPEG = "（JPEG ではないため、画像を示していません）"
_TOO_LARGE = "（画像が大きすぎるため、示していません）"
_TOO_MANY = "（画像が多いため、この画像は示していません）"


class Pictures:
    """The pictures among the inputs; a page takes them until there are too many."""

    def __init__(self, images: Iterable[Source]) -> None:
        self._images = {_place(image.name): image for image in images}
        self._left = MOST

    def shown(self, record: FormRecord) -> Markup:
        """The picture that a record names, or why it is not shown; nothing where it names none."""
        item = record.layout.image_item
        name = record[item].strip() if item else ""
        if not name:
            return Markup("")
        image = self._images.get(_place(f"{record.file.rpartition('/')[0]}/{name}"))
        if image is None:
            return _said(_ABSENT)
        try:
            with image.open() as stream:
                data = stream.read(LARGEST + 1)
        except OSError:
            return _said(_UNREAD)
        return self._judged(data, name)

    def _judged(self, data: bytes, name: str) -> Markup:
        if len(data) > LARGEST:
            return _said(_TOO_LARGE)
        if hidden_metadata(io.BytesIO(data)) is None:
            return _said(_NO_JPEG)
        if len(data) > self._left:
            return _said(_TOO_MANY)
        self._left -= len(data)
        tag = Markup('<br><img class="picture" alt="{}" src="data:image/jpeg;base64,{}">')
        return tag.format(printable(name, 200), base64.b64encode(data).decode("ascii"))


def _said(why: str) -> Markup:
    return Markup('<br><span class="none">{}</span>').format(why)


def _place(name: str) -> str:
    """A name as it is compared: names of pictures are written in capitals here and there."""
    return name.lstrip("/").lower()
