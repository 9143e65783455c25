"""What takes how long, against a peer measured in the same run. `make bench`; never part of the timed tests."""
