"""What a file is by its first bytes, whatever its name and its sender say of it."""

HEAD_BYTES = 1024
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php", b"<iframe")
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
)


def detected_kind(head: bytes) -> str:
    """A media type; "text/plain" for what reads as text, "application/octet-stream" for the rest, or "empty"."""
    if not head:
        return "empty"
    lowered = head.lower()
    if b"<svg" in lowered:
        return "image/svg+xml"
    if any(mark in lowered for mark in _MARKUP):
        return "text/html"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    return "application/octet-stream" if b"\x00" in head else "text/plain"
