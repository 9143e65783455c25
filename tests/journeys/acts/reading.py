"""Opening what people download."""

import io
import re
from typing import Any

import openpyxl
import pypdf


def text_of_pdf(content: bytes) -> str:
    assert content.startswith(b"%PDF-")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def rows_of_workbook(content: bytes) -> list[dict[str, Any]]:
    """One dictionary a row, by the words of the first row. Formulas would come out as text that begins with “=”."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    head, *rows = [list(row) for row in sheet.iter_rows()]
    names = [str(cell.value) for cell in head]
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]


def cents(text: str) -> int:
    """“$1,163.35 CAD” → 116335."""
    found = re.search(r"([\d,]+)\.(\d\d)", text)
    assert found is not None, f"no amount in {text!r}"
    return int(found[1].replace(",", "") + found[2])
