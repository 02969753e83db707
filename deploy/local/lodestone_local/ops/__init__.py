"""What operators do with a gateway from a command line or an assistant, over HTTP alone."""
