"""What DVC would run now, and why."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from mlops.errors import UserError
from mlops.repository import git, objects
from mlops.repository.lock import inside
from mlops.repository.objects import repository


def stages_to_run() -> list[str]:
    """The stages that `dvc repro` would run now; data that is merely not here does not count.

    Raise `UserError` where DVC cannot tell, and where the data is not here that all begins with.
    """
    from dvc.exceptions import DvcException

    if absent := absent_sources():
        raise UserError(*map(how_to_get, absent))
    try:
        with redirect_stdout(io.StringIO()):
            stages = repository().reproduce(dry=True, allow_missing=True, repro_fn=would_run)
    except DvcException as error:
        cause = f": {error.__cause__}" if error.__cause__ else ""
        raise UserError(f"dvc: {' '.join(f'{error}{cause}'.split())}") from None
    return [stage.name for stage in stages]


def would_run(stage: Any, **options: Any) -> Any:
    """The stage, where DVC would run it: that it looks in vain for what one before makes is such.

    DVC itself ends there, and would not tell the stages before it.
    """
    try:
        return stage.reproduce(**options)
    except FileNotFoundError:
        return stage


def due(names: list[str]) -> list[str]:
    """Of the stages that DVC would run, those for more than outputs of another commit on the disk.

    Such are there after `git switch`; this commit's are in the cache or the remote.
    """
    from dvc.exceptions import DvcException

    repo = repository()
    stages = own_stages()
    try:
        with repo.lock:
            cached = [out for stage in stages.values() for out in stage.outs if out.use_cache]
            other = {str(out) for out in cached if out.status()}  # than the lock has
            reasons = {name: stages[name].status().get(name, []) for name in names}
    except DvcException:  # another command is at work
        return names
    return [name for name in names if not are_outputs(reasons[name], other)]


def are_outputs(reasons: list[Any], made: set[str]) -> bool:
    """Tell whether the reasons that DVC gives for running a stage are all changes of outputs."""
    paths = [
        path
        for reason in reasons
        for changed in (reason.values() if isinstance(reason, dict) else [[str(reason)]])
        for path in changed
    ]
    return bool(paths) and all(inside(path, made) for path in paths)


def own_stages() -> dict[str, Any]:
    """The stages of `dvc.yaml`, as DVC has them, by name."""
    stages = repository().index.stages
    return {stage.name: stage for stage in stages if hasattr(stage, "name")}


def without_outputs() -> list[str]:
    """The stages of which an output is not here."""
    stages = own_stages()
    return [name for name, stage in stages.items() if not all(out.exists for out in stage.outs)]


def lost_code() -> dict[str, str]:
    """The files that stages depend on, that nothing makes and that are not here, with the stage.

    What is kept outside of the repository does not count.
    """
    made, lost = {str(out) for out in repository().index.outs}, dict[str, str]()
    for name, stage in own_stages().items():
        for dep in stage.deps:
            path = str(dep)
            if dep.is_in_repo and not Path(path).exists() and not inside(path, made):
                lost.setdefault(path, name)
    return lost


def absent_sources() -> dict[str, str]:
    """The files that DVC tracks, that no stage makes and that are not here, with their stage."""
    found = dict[str, str]()
    sources = [stage for stage in repository().index.stages if not hasattr(stage, "name")]
    for path in [str(out) for source in sources for out in source.outs if not out.exists]:
        for name, stage in own_stages().items():
            if inside(path, {str(dep) for dep in stage.deps}):
                found.setdefault(path, name)
    return found


def how_to_get(path: str) -> str:
    """What to say of a file that DVC tracks, that no stage makes and that is not here."""
    if not objects.has_remote():
        return f"{path} is not here, and {objects.no_remote()}"
    try:
        missing = objects.missing_in_remote([objects.outputs()[path]])
    except UserError as error:
        return f"{path} is not here, and {error}"
    if missing:
        return f"{path} is not here, nor in the remote: `uv run dvc push` in a clone that has it"
    return f"{path} is not here: `uv run dvc pull {path}`"


def how_to_commit(path: str) -> str:
    """What to say of a file that is not here, and that no stage makes."""
    if git.show("HEAD", path) is not None:
        return f"{path} is gone: `git checkout -- {path}`; or take it out of dvc.yaml"
    return f"{path} is not here: where it was made, `git add {path}`, commit and push"
