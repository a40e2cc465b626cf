"""Programs that measure Go's maps, and what runs them."""
