"""How fast one user may ask: rates that hold for all gateway processes together."""
