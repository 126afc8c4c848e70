"""The error that a person can mend: it is shown as plain lines, never as a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class UserError(Exception):
    """Something a user wrote or supplied is wrong.

    Each line says what is wrong, where (file, column, row or key) and what to do.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@contextmanager
def missing_libraries_named() -> Iterator[None]:
    """Raise `UserError` where a library is imported that is not installed.

    A missing module of Python's, of ours or of `src/` is a defect, and is raised as it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "mlops").split(".")[0]
        if name in {"mlops", *sys.stdlib_module_names} or Path("src", name).exists():
            raise
        raise UserError(
            f"{name} is not installed: `uv sync`. Where pyproject.toml does not ask for it, as"
            " after an update of src/mlops, `uv add` its package"
        ) from None
