"""The witnesses of the proof, each by itself."""
