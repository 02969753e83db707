"""The database: only this package knows tables and SQL, and it belongs to the gateway."""
