"""The importers: each one a function from somebody's file to documents of ours."""
