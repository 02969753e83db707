"""The job type `noop`."""
