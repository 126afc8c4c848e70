"""Write the pages of the reference that are made from the code: conf.py does so at each build."""

from pathlib import Path

from reference_pages import commands, configuration, http, modules, stages

PROJECT = Path(__file__).parent.parent / "{{cookiecutter.__slug}}"


def write(folder: Path) -> None:
    """Write the pages below a folder; files that are right already are not touched."""
    pages = {
        "commands": commands.page(),
        "configuration": configuration.page(PROJECT),
        "http": http.page(),
        "stages": stages.page(PROJECT),
    }
    for name, text in modules.pages(PROJECT / "src" / "mlops").items():
        pages[f"python/{name}"] = text
    for left in (folder / "python").glob("*.md"):
        if f"python/{left.stem}" not in pages:
            left.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
