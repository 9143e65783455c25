"""The demo's invented departments, people and requests. Only names are invented: places, rates and zones are real."""

PASSWORD = "demo-muster-2026"
