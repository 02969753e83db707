"""How fast one user may ask, and how much they may watch: limits of all gateway processes together."""
