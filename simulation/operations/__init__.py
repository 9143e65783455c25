"""One module per kind of operation. A new one needs no entry anywhere: `simulation.registry` finds it."""
