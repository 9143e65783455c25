"""Hours on their way to a department's payroll: how the files look, which batches left, and what each of them held."""
