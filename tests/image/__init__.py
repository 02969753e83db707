"""The image, tried as a cluster runs it."""
