"""The environment of a system that is measured or beaten: nobody meets a cap of their plan there."""

import json

from lodestone_gateway.caps import Caps
from pydantic.alias_generators import to_camel

KEPT = ("drafts", "draft_bytes")
_NONE = {to_camel(name): None for name in Caps.model_fields if name not in KEPT}
UNCAPPED = {
    "LODESTONE_SPEND_AN_HOUR": "1000000",
    "LODESTONE_CAPS": json.dumps(dict.fromkeys(("free", "pro"), _NONE)),
}
