"""The registry's tags here against those of origin, which everybody reads."""

from functools import partial

from mlops.doctor.finding import Finding
from mlops.errors import UserError
from mlops.release import listing, origin, registry
from mlops.repository import git


def check() -> list[Finding]:
    """Tags that differ from origin's, that count for nothing, or that somebody deleted."""
    if origin.ORIGIN not in git.git("remote").split():
        return []
    try:
        there = origin.tags_there()
    except UserError as error:
        return [Finding(f"{error}: its tags are not looked at", "run this again with access to it")]
    here = origin.local_tags()
    found = [
        Finding(
            f"tag {name} was never pushed: nobody else sees it",
            f"`git push {origin.ORIGIN} '{name}'` makes it count, `git tag -d '{name}'` drops it",
        )
        for name in sorted(here.keys() - there.keys())
    ]
    for name in sorted(there):
        if here.get(name) != there[name]:
            how = "is another one here" if name in here else "was not fetched"
            found.append(
                Finding(
                    f"tag {name} of {origin.ORIGIN} {how}: the registry is misread",
                    f"taken over from {origin.ORIGIN}",
                    partial(origin.take_over, name),
                )
            )
    return [*found, *uncounted()]


def uncounted() -> list[Finding]:
    """Lightweight tags, which nobody reads, and what deleted tags have left."""
    tags = registry.tags()
    annotated = {tag.name for tag in tags}
    light = [
        Finding(
            f"tag {name} is lightweight: it does not count, here nor for GTO",
            f"`git push {origin.ORIGIN} --delete '{name}'`, then `uv run mlops promote`",
        )
        for name in sorted(set(registry.names()) - annotated)
    ]
    return light + [
        Finding(
            warning,
            "`git fsck --unreachable | grep tag` may still find it in some clone:"
            f" `git tag '{registry.ARTIFACT}@VERSION' ID`, and push that tag",
        )
        for warning in listing.warnings(tags)
    ]
