"""What an owner does with lead magnets and drafts: makes, reads, changes, activates and deletes them."""
