"""A department's rules as data: prices, eligibility, award order. Pure Python; imports no Django."""
