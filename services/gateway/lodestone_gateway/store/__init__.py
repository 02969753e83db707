"""The database: tables, migrations, roles, sessions, and each read that answers a request.

A write stands in the room whose decision it is, inside that room's transaction. Routes and pages hold no SQL.
"""
