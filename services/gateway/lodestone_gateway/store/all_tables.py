"""Every table: the one place that knows all modules of models, so that no walk over all misses one."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from lodestone_gateway.store import (
    audit_table,
    brand_kit_table,
    bulk_tables,
    caps_table,
    cursor_table,
    erasure_tables,
    lead_magnet_tables,
    operations_tables,
    publication_table,
    rate_limit_table,
    source_table,
    tables,
)

MODULES = (
    tables,
    cursor_table,
    brand_kit_table,
    lead_magnet_tables,
    publication_table,
    caps_table,
    operations_tables,
    bulk_tables,
    erasure_tables,
    rate_limit_table,
    audit_table,
    source_table,
)


def all_tables() -> list[Table]:
    """The tables, each after those that it refers to."""
    return SQLModel.metadata.sorted_tables
