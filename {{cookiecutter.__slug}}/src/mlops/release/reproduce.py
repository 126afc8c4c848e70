"""Reproduce a version: run its pipeline anew, with its own code, and compare the bytes."""

from mlops.errors import UserError
from mlops.release import registry
from mlops.repository import aside, lock


def reproduce(name: str) -> str:
    """Run the pipeline of a version from the source on, and say that its bytes came out again.

    Raise `UserError` with a line for each output that is not what the tag's `dvc.lock` says.
    """
    version = registry.find(registry.tags(), name)
    committed = lock.at(version.commit)
    if not committed:
        raise UserError(f"there is no dvc.lock at {version.tag}: nothing to compare with")
    with aside.checkout(version.commit) as here:
        if not here.fetch_sources():
            raise UserError(f"the data that {version.tag} begins with cannot be had: see above")
        if here.run("dvc", "repro", "--force"):
            raise UserError(f"the pipeline of {version.tag} does not run any more: see above")
        made = lock.parse((here.path / lock.LOCK).read_text("utf-8"))
    outputs = {path: digest for stage in committed.values() for path, digest in stage.outs.items()}
    other = lock.differing(committed, made)
    if other:
        raise UserError(
            *(
                f"{path}: {lock.digest(made, path)}, the tag has {outputs.get(path)}"
                for path in other
            ),
            f"{len(other)} of {len(outputs)} outputs of {version.tag} are not what they were",
        )
    return f"all {len(outputs)} outputs of {version.tag} came out again, to the byte"
