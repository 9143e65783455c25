"""What the checker compares. Nothing here imports Muster: it is a second opinion."""
