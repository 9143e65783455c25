"""The picture on a tenant's documents: judged by its content, drawn anew, kept by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from billing.models import IssuerLogo
from kernel.errors import InvalidInput, NotFound
from marketplace.documents.files import FileRefused, read_file

MAXIMUM_BYTES = 1024 * 1024
MINIMUM_PIXELS = 16
MAXIMUM_PIXELS = 3000
# On paper a logo is at most 62 mm wide: 800 points are more than a printer shows.
KEPT_WIDTH, KEPT_HEIGHT = 800, 400

# What other programs would find behind or inside a picture that was made to be two files at once.
_OTHER_FILES = (b"<svg", b"<script", b"<html", b"<?php", b"<iframe", b"%pdf-", b"pk\x03\x04", b"pk\x05\x06")


class LogoRefused(InvalidInput):
    code = "logo_refused"

    def __init__(self, message: str, **numbers: int) -> None:
        super().__init__(message, field="logo", **numbers)


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG without transparency, on white."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def read_logo(*, file: BinaryIO, name: str) -> Logo:
    """Judge an uploaded picture and draw it anew, so that nothing but its pixels is kept. Raises LogoRefused."""
    content = file.read(MAXIMUM_BYTES + 1)
    if len(content) > MAXIMUM_BYTES:
        raise LogoRefused(
            f"The picture is larger than {MAXIMUM_BYTES // 1024} KB. Save it smaller; a logo needs 800 × 400 points.",
            maximum_bytes=MAXIMUM_BYTES,
        )
    lowered = content.lower()
    if lowered[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<svg", b"<?xml", b"<!doctype")):
        raise LogoRefused("This is an SVG drawing or a web page. Save the logo as PNG or JPEG.")
    try:
        checked = read_file(file=BytesIO(content), name=name)
    except FileRefused as refusal:
        raise LogoRefused(refusal.message.replace("Upload a PDF, or a photo as", "Save the logo as")) from None
    if checked.content_type not in ("image/png", "image/jpeg"):
        raise LogoRefused("This is a PDF. Save the logo as PNG or JPEG.")
    if len(checked.content) != len(content) or any(mark in lowered for mark in _OTHER_FILES):
        raise LogoRefused("Another file is hidden in this picture. Open it, save it again as PNG, and upload that.")
    return _drawn_anew(content)


def keep_logo(*, logo: Logo, at: datetime) -> IssuerLogo:
    """Store it once, whoever else has the same."""
    kept, _ = IssuerLogo.objects.get_or_create(
        sha256=logo.sha256,
        defaults={"content": logo.content, "width": logo.width, "height": logo.height, "added_at": at},
    )
    return kept


@lru_cache(maxsize=32)
def logo_of(sha256: str) -> Logo:
    """A kept logo; it never changes under its hash. Raises NotFound."""
    kept = IssuerLogo.objects.filter(sha256=sha256).first()
    if kept is None:
        raise NotFound("There is no such logo.")
    return Logo(bytes(kept.content), kept.width, kept.height)


def _drawn_anew(content: bytes) -> Logo:
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as opened:
            width, height = opened.size
            if not (MINIMUM_PIXELS <= width <= MAXIMUM_PIXELS and MINIMUM_PIXELS <= height <= MAXIMUM_PIXELS):
                raise LogoRefused(
                    f"The picture measures {width} × {height}. A logo has {MINIMUM_PIXELS} to {MAXIMUM_PIXELS} points "
                    "each way.",
                    width=width,
                    height=height,
                )
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise LogoRefused("The picture is damaged or not complete. Save it again and upload that.") from None
    picture.thumbnail((KEPT_WIDTH, KEPT_HEIGHT))
    # Paper is white; a transparent logo would be drawn on whatever the reader's program thinks of.
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    written = BytesIO()
    paper.save(written, "PNG", optimize=True)
    return Logo(written.getvalue(), *paper.size)
