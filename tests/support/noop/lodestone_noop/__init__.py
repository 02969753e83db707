"""A service whose handler does nothing."""
