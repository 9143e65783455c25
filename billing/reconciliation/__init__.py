"""Every night the books, Stripe's balance and the platform's payouts are compared; differences become work.

`nightly` runs the steps and can be killed anywhere: `mirroring` fetches what Stripe says, `payouts` books what went to
the bank, `matching` compares by source in PostgreSQL, `causes` suggests what happened, `work_items` keeps the queue,
`totals` proves that the queue explains the whole difference, `checks` look for what no comparison by source finds.
`corrections` are postings that two operators agree on.
"""
