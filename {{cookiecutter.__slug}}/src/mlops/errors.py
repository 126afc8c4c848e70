"""The error that a person can mend: it is shown as plain lines, never as a traceback."""


class UserError(Exception):
    """Something a user wrote or supplied is wrong.

    Each line says what is wrong, where (file, column, row or key) and what to do.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
