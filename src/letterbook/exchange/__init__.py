"""What other programs read about a book and its documents: citations and correspondence."""
