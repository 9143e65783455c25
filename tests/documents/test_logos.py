"""Pictures for the letterhead: drawn anew, and nothing but pictures."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image, PngImagePlugin

from billing.documents.logos import KEPT_WIDTH, MAXIMUM_BYTES, LogoRefused, read_logo


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", **more: object) -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **more)
    return written.getvalue()


def zipped() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("hidden.txt", "x")
    return written.getvalue()


def read(content: bytes, name: str = "logo.png"):
    return read_logo(file=BytesIO(content), name=name)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "RGB"), ("JPEG", "CMYK")],
)
def test_pictures_are_kept_as_plain_png(kind: str, mode: str) -> None:
    logo = read(picture(kind, mode=mode))
    with Image.open(BytesIO(logo.content)) as kept:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGB", (300, 100))


def test_a_wide_picture_is_made_smaller_in_proportion() -> None:
    logo = read(picture(size=(2400, 300)))
    assert (logo.width, logo.height) == (KEPT_WIDTH, 100)


def test_what_was_written_into_a_picture_is_left_behind() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret of the designer")
    assert b"secret" not in read(picture(pnginfo=words)).content


def test_a_transparent_picture_stands_on_white() -> None:
    with Image.open(BytesIO(read(picture(mode="RGBA")).content)) as kept:
        assert kept.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"%PDF-1.4 obj %%EOF", "This is a PDF"),
        (b"GIF89a" + b"\0" * 40, "GIF"),
        (b"", "empty"),
        (picture()[:-20], "damaged"),
        (picture("JPEG")[:200], "damaged"),
        (picture() + zipped(), "damaged"),
        (picture("JPEG") + zipped(), "Another file is hidden"),
        (picture("JPEG", comment=b"<script>alert(1)</script>"), "page or drawing|hidden"),
        (picture("JPEG", comment=b"x" * 2000 + b"<?php x"), "hidden"),
        (picture(size=(8, 8)), "measures 8 × 8"),
        (picture(size=(3001, 20)), "measures 3001 × 20"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MAXIMUM_BYTES, "larger than 1024 KB"),
    ],
)
def test_everything_else_is_refused_in_words(content: bytes, sentence: str) -> None:
    with pytest.raises(LogoRefused, match=sentence) as refused:
        read(content)
    assert refused.value.field == "logo"
