"""Letterbook turns transcribed historical documents into published editions.

The stages, in the order in which a book passes through them: ``source`` reads, ``resolve``
edits, ``render`` fills the templates, ``outputs`` write, ``fidelity`` proves. ``build`` composes
them; ``cli`` is the command.
"""
