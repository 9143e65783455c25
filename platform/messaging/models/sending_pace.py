from django.db import models


class SendingPace(models.Model):
    """When the next message of a channel may leave: one row that all senders of all machines move forward.

    In the database's own time, because senders' clocks differ.
    """

    channel = models.CharField(max_length=5, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.channel
