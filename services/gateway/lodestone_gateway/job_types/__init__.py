"""What each job type means to the product, beyond being a job: a module for each, and a table of them all.

A module has the name of its job type and declares one value, `PRODUCT`. All other code asks `table`.
"""
