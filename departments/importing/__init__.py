"""Files on their way into the roster and the duty schedule: read, mapped, previewed, applied in one piece."""
