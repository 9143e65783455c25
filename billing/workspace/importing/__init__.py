"""Files of other people's invoices: read, checked line by line, matched with rows, and kept whole or not at all."""
