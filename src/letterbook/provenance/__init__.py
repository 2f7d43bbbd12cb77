"""Where a text comes from and what may be done with it: the words of sources, read as data."""
