"""How fast the product is, always compared with something else in the same run: `make bench`."""
