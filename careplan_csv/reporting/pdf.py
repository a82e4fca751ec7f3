"""HTML to PDF: the one place that knows the engine. Another engine means another `html_to_pdf`, nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from careplan_csv.reporting.fonts import URL, font_face, japanese_font

_PAGE = "page://page"


class PdfUnavailable(Exception):
    """No PDF could be made; the text says what to do instead, in Japanese."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"PDF を作れませんでした（{reason}）。"
            "同じ内容の HTML をブラウザーで開き、印刷の画面で「PDF に保存」を選んでください。"
        )


def html_to_pdf(html: str, *, created_at: str = "") -> bytes:
    """Render HTML as PDF on A4. Nothing is read but the HTML and our own font: no file, no network.

    Args:
        html: must ask for the font family `fonts.FAMILY` somewhere in its font stacks.
        created_at: ISO 8601, for the document's properties; equal arguments then give equal bytes.

    Raises:
        PdfUnavailable: the engine or a Japanese font is missing, or the engine failed.
    """
    try:
        import plutoprint
    except (ImportError, OSError) as error:
        raise PdfUnavailable("PDF を作る部品 plutoprint が入っていません") from error
    if japanese_font() is None:
        raise PdfUnavailable("日本語のフォントが見つかりません")
    try:
        return _render(plutoprint, html, created_at)
    except Exception as error:
        # Whatever the engine meets, the HTML is there and says the same.
        raise PdfUnavailable(f"PDF を作る部品の誤り: {type(error).__name__}") from error


def _render(engine: Any, html: str, created_at: str) -> bytes:
    book = engine.Book(engine.PAGE_SIZE_A4, engine.PAGE_MARGINS_NONE, engine.MEDIA_TYPE_PRINT)
    book.custom_resource_fetcher = _only_our_font(engine)
    # Without an address of the page, the engine could not follow links within it.
    book.load_html(html, base_url=_PAGE, user_style=font_face())
    if created_at:
        book.set_metadata(engine.PDF_METADATA_CREATION_DATE, created_at)
    stream = io.BytesIO()
    book.write_to_pdf_stream(stream)
    return stream.getvalue()


def _only_our_font(engine: Any) -> Any:
    """A fetcher that knows our font and gives nothing for any other address."""

    class Fetcher(engine.ResourceFetcher):  # type: ignore[misc]  # the base comes with the engine
        def fetch_url(self, url: str) -> Any:
            path = japanese_font() if url == URL else None
            # Nothing rather than an exception: the engine would print its traceback.
            return _font(engine, path) if path else engine.ResourceData(b"", "", "")

    return Fetcher()


def _font(engine: Any, path: Path) -> Any:
    """A font, read by the engine itself where it can.

    It keeps fonts until the process ends, after the interpreter: to let go then what the interpreter has
    read ends in a segmentation fault, once some thirty documents were made.
    """
    try:
        return engine.default_resource_fetcher.fetch_url(path.absolute().as_uri())
    except engine.Error:
        return engine.ResourceData(path.read_bytes(), "", "")
