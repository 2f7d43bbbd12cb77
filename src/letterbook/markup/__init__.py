"""Markdown to a tree in a closed vocabulary; one file for each construct of ours."""
