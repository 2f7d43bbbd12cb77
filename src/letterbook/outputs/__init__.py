"""The formats: each one a function that writes an edition into a folder."""
