"""A file or folder behind a URL, fetched."""

from pathlib import Path
from typing import Any

from mlops.adopt.masking import masked, public
from mlops.config.source import Origin
from mlops.errors import UserError

EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs"}


def fetch(url: str, folder: Path) -> tuple[Path, Origin]:
    """Fetch what a URL names into a folder; credentials come from the environment or the URL.

    Return the file, or the folder of Parquet files, and where it is from, without credentials.
    Raise `UserError`, never with credentials, where it cannot be fetched.
    """
    import fsspec

    where = public(url)
    try:
        system, path = fsspec.core.url_to_fs(url)
        target = folder / (where.rstrip("/").rpartition("/")[2] or "table")
        if path.endswith("/") or is_folder(system, path):
            fetch_folder(system, path, target, where)
        else:
            system.get_file(path, str(target))
    except UserError:
        raise
    except ImportError as error:
        extra = EXTRAS.get(url.partition(":")[0])
        help = f"`uv sync --extra {extra}`" if extra else f"`uv add` it ({masked(str(error), url)})"
        raise UserError(f"{where}: what can read it is not installed: {help}") from None
    except FileNotFoundError:
        raise UserError(f"{where}: there is nothing there") from None
    except Exception as error:  # each kind of storage has errors of its own
        said = masked(str(error), url) or type(error).__name__
        raise UserError(f"{where}: cannot be fetched ({said})") from None
    return target, Origin(where)


def is_folder(system: Any, path: str) -> bool:
    """Whether a path is a folder; a web server has none."""
    return "http" not in system.protocol and not system.isfile(path) and bool(system.isdir(path))


def fetch_folder(system: Any, path: str, target: Path, where: str) -> None:
    """Fetch the Parquet files of a folder."""
    found = sorted(name for name in system.ls(path, detail=False) if name.endswith(".parquet"))
    if not found:
        raise UserError(f"{where}: the folder holds no Parquet files (*.parquet)")
    target.mkdir()
    for name in found:
        system.get_file(name, str(target / name.rpartition("/")[2]))
