"""What is committed, told to those who watch."""
