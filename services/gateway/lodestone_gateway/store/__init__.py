"""The database: tables, migrations, roles, sessions, and each read that answers a request.

A write is in the package that decides on it, inside that package's transaction. Routes and pages have no SQL.
"""
