"""The conversation by text message: who wrote, what they want, one act, one answer of one segment."""
