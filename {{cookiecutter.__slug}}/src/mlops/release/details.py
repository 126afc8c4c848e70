"""One version in full: what it is, why it came, from what it was made, and how to get it."""

from pathlib import Path
from typing import Any

from mlops import layout
from mlops.config.params import parse
from mlops.config.record import ABSENT, differences, show
from mlops.errors import UserError
from mlops.release import facts, listing, origin, registry, training
from mlops.release.registry import ARTIFACT, Tag, Version
from mlops.repository import git
from mlops.review.presentation.wording import spread

FORMAT = "--format=%s (%an, %as)"


def details(name: str) -> str:
    """Tell everything about a version, or about the version in a stage, as lines."""
    origin.refresh()
    found = registry.tags()
    version = registry.find(found, name)
    tag = next(tag for tag in found if tag.name == version.tag)
    moves = [move for move in listing.moves(found) if move.version == version.name]
    about = facts.of_version(tag)
    rows = [
        ("registered", f"{listing.clock(listing.moment(tag.when))} UTC by {tag.by}"),
        *((f"#{move.counter}", f"{said(move)}: {move.why}".rstrip(": ")) for move in moves),
        ("commit", f"{version.commit[:8]} {git.git('log', '-1', FORMAT, version.commit).strip()}"),
        ("data", about.get("Data", "")),
        ("scorer", told(layout.SCORER, about.get("Scorer"))),
        ("pipeline", told(layout.MODEL, about.get("Model"))),
        ("trained", about.get(training.TRAINED, "")),
        ("made with", about.get(training.MADE_WITH, "")),
        ("on test rows", "the value and its 95 % interval"),
        *metrics(version.commit),
        *parameters(found, version),
        ("its scorer", f"uv run mlops get {version.name}" if about.get("Scorer") else ""),
        ("its pipeline", f"uv run mlops get {version.name} -o {layout.MODEL.name}"),
        ("its card", f"git show {version.tag}:{layout.CARD}"),
        ("its files", f"git show {version.tag}:params.yaml"),
        ("made again", f"uv run mlops reproduce {version.name}"),
    ]
    title = f"{ARTIFACT} {version.name}, {where(found, version, moves)}"
    return title + listing.table(("", ""), [row for row in rows if row[1]])


def told(path: Path, digest: str | None) -> str:
    """A file with its digest; empty where the version has none."""
    return f"{path}, md5 {digest}" if digest else ""


def where(found: list[Tag], version: Version, moves: list[listing.Move]) -> str:
    """The stages that a version is in, and since when."""
    texts = []
    for stage in dict.fromkeys(move.stage for move in moves):
        if registry.in_stage(found, stage) == version:
            since = next(move.when for move in moves if move.stage == stage and not move.out)
            texts.append(f"in {stage} since {listing.clock(since)} UTC")
    return ", ".join(texts) or "in no stage"


def said(move: listing.Move) -> str:
    """A move in a few words."""
    way = "out of" if move.out else "into"
    instead = f" instead of {move.replaces}" if move.replaces else ""
    return f"{way} {move.stage}{instead}, {listing.clock(move.when)} UTC by {move.by}"


def metrics(commit: str) -> list[tuple[str, str]]:
    """The test metrics with their intervals."""
    values = facts.loaded(git.show(commit, layout.METRICS.as_posix())).get("test", {})
    return [
        (name, spread(value["value"], value["low"], value["high"], 4))
        for name, value in values.items()
    ]


def parameters(found: list[Tag], version: Version) -> list[tuple[str, str]]:
    """The model's parameters, and all values that are not those of the version before."""
    values = read_params(version.commit)
    order = sorted(registry.versions(found).values(), key=lambda known: registry.order(known.name))
    place = order.index(version)
    model = values.get("model", {})
    rows = [("estimator", f"{model.get('name', '')} {show(model.get('parameters', {}))}")]
    if place:
        before = order[place - 1]
        for key, (old, new) in differences(read_params(before.commit), values).items():
            texts = [("none" if value is ABSENT else show(value)) for value in (old, new)]
            rows.append((f"since {before.name}", f"{key}: {texts[0]} -> {texts[1]}"))
    return rows


def read_params(commit: str) -> dict[str, Any]:
    """The values of a commit's `params.yaml`; empty where they cannot be read."""
    try:
        return parse(git.show(commit, "params.yaml") or "", "params.yaml", "")
    except UserError:
        return {}
