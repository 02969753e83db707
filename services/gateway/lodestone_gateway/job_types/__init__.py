"""What each job type means to the product, beyond being a job: a module for each, and a table of them all.

A module is called as its job type and declares one value, `PRODUCT`. Everybody else asks `table`.
"""
