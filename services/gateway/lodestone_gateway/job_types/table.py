"""The table of what the product knows of job types: found by name, checked against the registry at start."""

from collections.abc import Collection, Mapping
from importlib import import_module
from importlib.util import find_spec

from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES, check_registry
from lodestone.jobs.job_type import JobType

from lodestone_gateway.job_types.product import Piece, Product
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

_HERE = "lodestone_gateway.job_types"


def _declared() -> dict[str, Product]:
    modules = {name: f"{_HERE}.{name}" for name, kind in JOB_TYPES.items() if kind.saves_to}
    return {name: import_module(module).PRODUCT for name, module in modules.items() if find_spec(module)}


PRODUCTS = _declared()
"""Products by job type, in the order of the registry; a type that saves nowhere has none."""

PIECES: dict[str, Piece] = {name: each.piece for name, each in PRODUCTS.items() if each.piece}
"""The pieces of lead magnets by job type, in their order on the page."""

ASKS = next(JOB_TYPES[name] for name, piece in PIECES.items() if piece.asks)
"""The job type that works on the owner's answers to the questions."""

COLUMNS = [name for piece in PIECES.values() for name in piece.columns if name in LeadMagnetRow.model_fields]
"""The columns of all pieces."""


def check_job_types() -> None:
    """Raises Misconfigured, with what to do, unless every job type has its part in order and its columns."""
    check_registry()
    check_products(list(JOB_TYPES.values()), PRODUCTS, LeadMagnetRow.model_fields.keys())


def check_products(
    kinds: Collection[JobType], products: Mapping[str, Product], columns: Collection[str]
) -> None:
    """Raises Misconfigured unless what is saved has a product, and a piece its columns in `lead_magnets`."""
    for kind in kinds:
        if not kind.saves_to:
            continue
        module = f"lodestone_gateway/job_types/{kind.name}.py"
        product = products.get(kind.name)
        if product is None:
            raise Misconfigured(
                f"The job type {kind.name} saves to {kind.saves_to}, and nothing says how: write {module}."
            )
        if product.piece is None and kind.saves_to == "lead_magnet":
            raise Misconfigured(
                f"The job type {kind.name} saves to a lead magnet, and {module} declares no piece."
            )
        if product.piece:
            _check_piece(product.piece, kind.name, columns)


def _check_piece(piece: Piece, name: str, columns: Collection[str]) -> None:
    if piece.name != name:
        raise Misconfigured(f"The piece of the job type {name} is called {piece.name}: give it that name.")
    written = dict.fromkeys((piece.job_column, *piece.columns, *piece.filled))
    missing = [each for each in written if each not in columns]
    if missing:
        raise Misconfigured(
            f"The job type {name} writes {' and '.join(missing)}, and lead_magnets has no such column: "
            "add it in a migration and in store/lead_magnet_tables.py."
        )
