"""What leaves the house: a piece of a lead magnet as a file."""
