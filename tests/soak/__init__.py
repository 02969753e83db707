"""Ten honest users beside a hostile one, against the same ten alone: `make soak`."""
