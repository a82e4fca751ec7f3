"""HTML to PDF: the one place that knows the engine."""

from __future__ import annotations

import io
from typing import Any

from careplan_csv.reporting.fonts import URL, font_style, packaged_font


class PdfUnavailable(Exception):
    """No PDF could be made; the text says what to do instead, in Japanese."""


_ADVICE = "PDF を作れませんでした（{reason}）。別紙6（HTML）をブラウザーで開き、印刷から「PDF に保存」を選んでください。"


def html_to_pdf(html: str) -> bytes:
    """Render HTML, which must need nothing from outside, as PDF.

    Raises:
        PdfUnavailable: the engine is not installed or failed.
    """
    try:
        import plutoprint
    except ImportError as error:
        raise PdfUnavailable(_ADVICE.format(reason="PDF の部品が入っていません")) from error
    try:
        book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE)
        book.custom_resource_fetcher = _only_our_font(plutoprint)
        book.load_html(html, user_style=font_style())
        stream = io.BytesIO()
        book.write_to_pdf_stream(stream)
    except Exception as error:
        # Whatever the engine meets, the HTML is there and says the same.
        raise PdfUnavailable(_ADVICE.format(reason=type(error).__name__)) from error
    return stream.getvalue()


def _only_our_font(plutoprint: Any) -> Any:
    """A fetcher that knows the packaged font and refuses everything else: no file, no network."""

    class Fetcher(plutoprint.ResourceFetcher):  # type: ignore[misc]  # the base comes with the engine
        def fetch_url(self, url: str) -> Any:
            path = packaged_font()
            if url != URL or path is None:
                raise PdfUnavailable(_ADVICE.format(reason="外部の資源は読みません"))
            return plutoprint.ResourceData(path.read_bytes(), "font/otf")

    return Fetcher()
