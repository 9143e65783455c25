"""What a brought file really is: judged by its content, never by its name or by what the browser says of it.

PDF, PNG and JPEG are taken. Nothing looks for viruses: files are kept as they came, and leave only as downloads that no
browser opens as a page.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kernel.errors import InvalidInput

MAXIMUM_BYTES = 10 * 1024 * 1024
MAXIMUM_PIXELS = 100_000_000

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PDF_TAIL_BYTES = 1024
# Files of these kinds can be glued before, into or behind a harmless one, and would then be run by whoever believes it.
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php", b"<iframe")
_ZIP_ENDS = b"PK\x05\x06"
_PROGRAMS_IN_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_KNOWN_OTHERS = (
    (b"PK\x03\x04", 0, "a Word, Excel or ZIP file"),
    (b"\xd0\xcf\x11\xe0", 0, "an old Word or Excel file"),
    (b"GIF8", 0, "a GIF picture"),
    (b"WEBP", 8, "a WebP picture"),
    (b"ftyphei", 4, "an HEIC picture"),
    (b"ftypmif", 4, "an HEIC picture"),
    (b"II*\x00", 0, "a TIFF picture"),
    (b"MM\x00*", 0, "a TIFF picture"),
    (b"MZ", 0, "a program"),
)


class FileRefused(InvalidInput):
    code = "file_refused"

    def __init__(self, message: str, **numbers: int) -> None:
        super().__init__(message, field="file", **numbers)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """`content` is what is kept: of a JPEG, what follows the picture's end is cut off."""

    content: bytes
    content_type: str
    original_name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_file(*, file: BinaryIO, name: str) -> CheckedFile:
    """Read and judge an upload. Raises FileRefused."""
    content = file.read(MAXIMUM_BYTES + 1)
    if len(content) > MAXIMUM_BYTES:
        raise FileRefused(
            f"The file is larger than {MAXIMUM_BYTES // 1024 // 1024} MB. Take a smaller picture, or save it as a PDF.",
            maximum_bytes=MAXIMUM_BYTES,
        )
    if not content:
        raise FileRefused("The file is empty. Choose it again.")
    if any(mark in content[:1024].lower() for mark in _MARKUP):
        raise FileRefused("This is a web page or drawing with markup. Print it to PDF and upload that.")
    shown = _shown_name(name)
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return CheckedFile(content, "application/pdf", shown)
    if content.startswith(_PNG_SIGNATURE):
        _check_png(content)
        return CheckedFile(content, "image/png", shown)
    if content.startswith(b"\xff\xd8\xff"):
        return CheckedFile(content[: _end_of_jpeg(content)], "image/jpeg", shown)
    kind = next((words for mark, at, words in _KNOWN_OTHERS if content[at : at + len(mark)] == mark), "")
    said = f"This is {kind}" if kind else "This is no PDF, PNG or JPEG"
    raise FileRefused(f"{said}, whatever its name says. Upload a PDF, or a photo as JPEG or PNG.")


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-_PDF_TAIL_BYTES:] or b"obj" not in content:
        raise FileRefused("The PDF is damaged or not complete. Save it again and upload that.")
    if _ZIP_ENDS in content[-66_000:]:
        raise FileRefused("Another file is hidden in this PDF. Print it to PDF and upload that.")
    if any(word in content for word in _PROGRAMS_IN_PDF):
        raise FileRefused("The PDF holds a program or another file. Print it to PDF and upload that.")


def _check_png(content: bytes) -> None:
    """Every chunk with its checksum, one header, pixels that unpack to the size that the header says, and no more."""
    chunks = list(_png_chunks(content))
    kinds = [kind for kind, _ in chunks]
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or len(chunks[0][1]) != 13:
        raise _damaged("PNG")
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    _check_pixels(width, height)
    unpacker, unpacked = zlib.decompressobj(), 0
    # Four samples of two bytes is the most that a pixel takes; each line of each pass has one byte more.
    most = width * height * 8 + height * 8 + 8
    try:
        for kind, data in chunks:
            while kind == b"IDAT" and data:
                unpacked += len(unpacker.decompress(data, 1 << 20))
                data = unpacker.unconsumed_tail
                if unpacked > most:
                    raise _damaged("PNG")
    except zlib.error:
        raise _damaged("PNG") from None
    if not unpacked or not unpacker.eof:
        raise _damaged("PNG")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG_SIGNATURE)
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, checksum = content[at + 8 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if len(checksum) != 4 or zlib.crc32(kind + data) != int.from_bytes(checksum, "big"):
            raise _damaged("PNG")
        yield kind, data
        at += 12 + length


def _end_of_jpeg(content: bytes) -> int:
    """Where the picture ends. Telephones put films and second pictures behind it, forgers put other files."""
    at, size, has_data = 2, len(content), False
    while at + 1 < size:
        if content[at] != 0xFF:
            if not has_data:
                raise _damaged("JPEG")
            at = content.find(b"\xff", at)
            if at < 0:
                break
            continue
        marker = content[at + 1]
        if marker == 0xD9:
            if not has_data:
                break
            return at + 2
        if marker == 0xFF:
            at += 1
        elif marker == 0x00 or 0xD0 <= marker <= 0xD7 or marker == 0x01:
            at += 2
        else:
            length = int.from_bytes(content[at + 2 : at + 4], "big")
            if length < 2:
                break
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                frame = content[at + 4 : at + 9]
                _check_pixels(int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big"))
            has_data = has_data or marker == 0xDA
            at += 2 + length
    raise _damaged("JPEG")


def _check_pixels(width: int, height: int) -> None:
    if not width or not height or width * height > MAXIMUM_PIXELS:
        raise FileRefused(
            f"The picture measures {width} × {height}. Take one of up to {MAXIMUM_PIXELS // 1_000_000} megapixels.",
            width=width,
            height=height,
        )


def _damaged(kind: str) -> FileRefused:
    return FileRefused(f"The {kind} is damaged or not complete. Take or save it again and upload that.")


def _shown_name(name: str) -> str:
    """The last part of the path, without what a page, a header or a shell could trip over; its end matters most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in last if character.isprintable() and character not in '"<>|:*?;')
    return kept.strip(" .")[-120:] or "document"
