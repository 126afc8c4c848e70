"""How Sphinx builds the site: `make docs`. It needs no network."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE),
    str(HERE.parent / "tests"),
    str(HERE.parent / "{{cookiecutter.__slug}}" / "src"),
]
sys.pycache_prefix = str(HERE / "_build" / "bytecode")  # nothing is left in the template

from sphinx import addnodes  # noqa: E402

import reference  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "cookiecutter-dvc-mlops"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = True
myst_enable_extensions = ["attrs_inline", "deflist"]
myst_heading_anchors = 3

default_role = "code"
toc_object_entries = False
add_module_names = False
python_maximum_signature_line_length = 80
autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    # scikit-learn's, not ours
    "exclude-members": "set_fit_request, set_predict_request, set_predict_proba_request,"
    " set_score_request",
}

html_theme = "furo"
html_show_copyright = False  # its line would name nobody
html_title = "cookiecutter-dvc-mlops"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_show_sourcelink = False


def setup(app: "Sphinx") -> None:
    """Write the generated pages; leave out what tells nobody anything."""
    reference.write(HERE / "reference")
    app.connect("autodoc-skip-member", is_untold)
    app.connect("doctree-read", unlink_types)


def is_untold(app: "Sphinx", what: str, name: str, member: Any, *rest: Any) -> bool | None:
    """Skip fields that only Python has written about; None: as autodoc would have it."""
    said = getattr(member, "__doc__", None) or ""
    return True if said.startswith("Alias for field number") else None


def unlink_types(app: "Sphinx", doctree: Any) -> None:
    """Take away links to types: most belong to other libraries, and resolving them takes long."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        if link.get("refdomain") == "py":
            link.replace_self(link.children)
