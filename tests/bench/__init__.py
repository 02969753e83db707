"""How fast it is, always against something beside it in the same run: `make bench`."""
