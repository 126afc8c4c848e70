"""The error that a rung of the ladder raises."""


class UnsupportedError(Exception):
    """A rung cannot score this model; the text says why, in a few words."""
