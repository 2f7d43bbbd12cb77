"""The tests of Letterbook: a file beside each module, and the field's own judges."""
