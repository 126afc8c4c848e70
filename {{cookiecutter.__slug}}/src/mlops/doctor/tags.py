"""The registry's tags here against those of origin, which everybody reads."""

from collections.abc import Iterator
from functools import partial

from mlops.doctor.finding import Finding
from mlops.errors import UserError
from mlops.release import listing, origin, registry
from mlops.release.registry import Tag
from mlops.repository import git


def check() -> Iterator[Finding]:
    """Tags that differ from origin's, that count for nothing, or that somebody deleted.

    What was deleted is looked for when those that differ are mended, as the next is asked for.
    """
    if origin.ORIGIN not in git.git("remote").split():
        return
    try:
        there = origin.tags_there()
    except UserError as error:
        yield Finding(f"{error}: its tags are not looked at", "run this again with access to it")
        return
    yield from [*never_pushed(there), *differing(there), *lightweight(there)]
    if not differing(there):
        yield from left_behind()


def never_pushed(there: dict[str, str]) -> list[Finding]:
    """Annotated tags that origin has not."""
    names = {tag.name for tag in registry.tags()} - there.keys()
    return [
        Finding(
            f"tag {name} is not at {origin.ORIGIN}: it was never pushed, or somebody deleted it",
            f"`git push {origin.ORIGIN} '{name}'` makes it count, `git tag -d '{name}'` drops it",
        )
        for name in sorted(names)
    ]


def differing(there: dict[str, str]) -> list[Finding]:
    """Tags that are not here as origin has them."""
    here = origin.local_tags()
    found = []
    for name in sorted(there):
        if here.get(name) != there[name]:
            other = "is another one here: the registry is misread"
            how = other if name in here else "is not here yet"
            found.append(
                Finding(
                    f"tag {name} of {origin.ORIGIN} {how}",
                    f"taken over from {origin.ORIGIN}",
                    partial(origin.take_over, name),
                )
            )
    return found


def lightweight(there: dict[str, str]) -> list[Finding]:
    """Tags that nobody reads; where origin has another of that name, it is to be taken over."""
    here = origin.local_tags()
    return [
        Finding(
            f"tag {tag.name} is lightweight: it does not count, here nor for GTO",
            f"`git tag -f -a -m 'Annotated' '{tag.name}' '{tag.name}' && git push -f"
            f" {origin.ORIGIN} '{tag.name}'` makes it count,"
            f" `{dropping(tag.name, tag.name in there)}` drops it",
        )
        for tag in light()
        if there.get(tag.name) in (None, here[tag.name])
    ]


def dropping(name: str, pushed: bool) -> str:
    """The command that takes a tag away."""
    at_origin = f" && git push {origin.ORIGIN} --delete '{name}'" if pushed else ""
    return f"git tag -d '{name}'{at_origin}"


def light() -> list[Tag]:
    """The lightweight tags of the registry."""
    annotated = {tag.name for tag in registry.tags()}
    return [Tag(name, git.commit(name) or "") for name in registry.names() if name not in annotated]


def left_behind() -> list[Finding]:
    """What deleted tags have left; a lightweight one is there, and told as that."""
    return [
        Finding(
            warning,
            "`git fsck --unreachable | grep tag` may still find it in some clone:"
            f" `git tag '{registry.ARTIFACT}@VERSION' ID`, and push that tag",
        )
        for warning in listing.warnings([*registry.tags(), *light()])
    ]
