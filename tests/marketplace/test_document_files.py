"""A brought file is what its content says: PDF, PNG and JPEG, whole and with nothing else in them."""

import io

import pytest

from marketplace.documents.files import MAXIMUM_BYTES, FileRefused, read_file
from tests.factories.papers import JPEG, PDF, png


def read(content: bytes, name: str = "paper.pdf"):
    return read_file(file=io.BytesIO(content), name=name)


@pytest.mark.parametrize(
    ("content", "content_type"), [(PDF, "application/pdf"), (png(), "image/png"), (JPEG, "image/jpeg")]
)
def test_the_content_decides_and_not_the_name(content: bytes, content_type: str) -> None:
    checked = read(content, "whatever.exe")
    assert (checked.content_type, checked.content) == (content_type, content)


def test_what_follows_a_photo_is_cut_off() -> None:
    assert read(JPEG + b"PK\x03\x04 a film or another file").content == JPEG


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "markup"),
        (b"\n<!DOCTYPE HTML><html>", "markup"),
        (PDF[:9] + b"<script>alert(1)</script>" + PDF[9:], "markup"),
        (b"MZ\x90\x00" + b"\x00" * 60, "a program"),
        (b"PK\x03\x04" + b"\x00" * 60, "a Word, Excel or ZIP file"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 60, "an HEIC picture"),
        (b"just words", "no PDF, PNG or JPEG"),
        (b" " + PDF, "no PDF, PNG or JPEG"),
        (PDF[:-7], "not complete"),
        (PDF + b"PK\x05\x06" + b"\x00" * 18, "hidden"),
        (PDF.replace(b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(x)>>/Type/Catalog"), "program"),
        (png()[:-4], "damaged"),
        (png() + b"\x00another file", "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (png(pixels=b"\x00" * 5_000_000), "damaged"),
        (png(width=20_000, height=20_000, pixels=b"\x00"), "measures 20000 × 20000"),
        (JPEG[:-2], "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (PDF + b" " * MAXIMUM_BYTES, "larger than 10 MB"),
    ],
)
def test_everything_else_is_refused_with_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said) as refused:
        read(content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\papers\\permit.pdf", "permit.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_harmless(name: str, shown: str) -> None:
    assert read(PDF, name).original_name == shown
