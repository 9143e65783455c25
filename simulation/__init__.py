"""The money simulation: random business on a stack of its own, while its processes are killed and its provider fails.

`make simulate OPS=20000 SEED=1` plays; docs/simulation.md says what is played, what is checked, and how to add an
operation.
"""
