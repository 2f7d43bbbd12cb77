"""The witnesses of the proof: each reads the words of one thing in its own way, and two are heard.

``source`` reads Markdown without the reader that made the edition, ``tree`` reads XHTML,
``pdf`` reads what a PDF shows to a screen reader. ``compare`` finds where two accounts part,
``faults`` says so. Nothing here shares code with ``markup``, ``render`` or ``outputs``: a witness
that leans on the accused proves nothing.
"""
