"""The error that a rung of the ladder raises."""


class Unsupported(Exception):  # noqa: N818
    """A rung cannot score this model; the text says why, in a few words."""
