from django.db import models


class ShortLink(models.Model):
    """A page of this site under a few characters, so that a text message keeps room for words."""

    code = models.CharField(max_length=12, primary_key=True)
    path = models.CharField(max_length=300, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
