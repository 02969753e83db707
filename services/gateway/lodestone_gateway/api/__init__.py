"""The JSON API: thin routes over use cases."""
