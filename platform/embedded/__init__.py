"""Local PostgreSQL, Valkey and the process runner behind `make run`, `make test` and `make demo`.

No Django and nothing of the product is imported here: these modules start the servers that the product needs,
hand over their addresses in environment variables, and stop them again. Production brings its own servers and
uses only `python -m embedded.bootstrap --print-sql`.
"""
