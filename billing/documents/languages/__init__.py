"""What documents say, a catalogue for each language. A test holds that all have the same keys and the same places."""
