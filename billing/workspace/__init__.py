"""Reconciliation: award, schedule, GPS time, approved hours, invoice line and payout of each assignment, side by side.

`matching` is pure and says whether they agree; `facts` reads them; `keeping` keeps the read model; `reading` pages it;
`deciding` and `closing` are what people do with it; `importing` brings other people's invoices beside ours.
"""
