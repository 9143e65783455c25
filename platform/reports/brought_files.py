"""Sending a brought file to whoever may read it: always a download, never a page of ours."""

from django.http import FileResponse

from marketplace.documents.storing import open_stored
from marketplace.models import JobDocument


def paper_response(document: JobDocument) -> FileResponse:
    """Raises NotFound. Reach the document through an access function."""
    name = document.original_name
    suffix = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}[document.content_type]
    if not name.lower().endswith((suffix, ".jpeg")):
        name += suffix
    response = FileResponse(
        open_stored(document.storage_key), as_attachment=True, filename=name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
