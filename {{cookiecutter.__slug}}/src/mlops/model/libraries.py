"""The libraries that `conf/model/` may name estimators of; some of them are extras."""

from pathlib import Path

from mlops.errors import UserError

EXTRAS = ("lightgbm", "xgboost")
LIBRARIES = ("sklearn", *EXTRAS)


def own_packages(source: Path = Path("src")) -> list[str]:
    """The project's own packages: those of `src/` beside `mlops`, reviewed with the project."""
    found = sorted(path.parent.name for path in source.glob("*/__init__.py"))
    return [name for name in found if name != "mlops"]


def missing(error: Exception, where: str) -> UserError | None:
    """What to say where an import failed because an extra is not installed; else None."""
    name = (getattr(error, "name", None) or "").split(".")[0]
    if not isinstance(error, ModuleNotFoundError) or name not in EXTRAS:
        return None
    return UserError(
        f"{where}: the package {name} is not installed: `uv sync --extra {name}`; to keep it, move"
        " its lines in pyproject.toml to `dependencies`"
    )
