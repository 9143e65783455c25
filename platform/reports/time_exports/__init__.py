"""From final hours to a file for payroll: sources, what of them must be sent, cells, files, batches."""
