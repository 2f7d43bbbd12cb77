"""Search in a site without a server: words folded, passages found, files that a browser loads."""
