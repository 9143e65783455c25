from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. A form sent without one field ticked or filled is still sent, and is judged."""
    return request.POST if request.method == "POST" else None
