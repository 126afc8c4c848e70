"""Read the trees of any library, by way of Treelite, so that they mean the same for all."""

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlops.export.errors import UnsupportedError

if TYPE_CHECKING:
    import numpy as np

LESS, AT_MOST = 2, 3  # Treelite's numbers of < and <=
LEAF, NUMBER, CATEGORY = 0, 1, 2  # ... and of its kinds of node
LINKS: dict[str, Literal["identity", "sigmoid", "softmax", "exponential"]] = {
    "identity": "identity",
    "identity_multiclass": "identity",
    "sigmoid": "sigmoid",
    "softmax": "softmax",
    "exponential": "exponential",
}


class Ensemble(NamedTuple):
    """Treelite's model; `single` says that inputs are rounded to single precision."""

    model: Any
    single: bool

    @property
    def link(self) -> Literal["identity", "sigmoid", "softmax", "exponential"]:
        """What makes a score of a margin. Raise `UnsupportedError` for what is not known."""
        header = self.model.get_header_accessor()
        name = header.get_field("postprocessor")
        if name not in LINKS or (name == "sigmoid" and header.get_field("sigmoid_alpha")[0] != 1):
            raise UnsupportedError(f"its sum passes through {name}")
        return LINKS[name]


class Tree(NamedTuple):
    """A tree by its nodes, the first is the root.

    `kind` is LEAF, NUMBER or CATEGORY. To the `left` go numbers up to `limit`, the categories that
    `codes` names and, where `null` says so, null.
    """

    kind: list[int]
    left: list[int]
    right: list[int]
    feature: list[int]
    limit: list[float]
    codes: list[set[int]]
    inverted: list[bool]
    null: list[bool]
    value: "np.ndarray"


def imported(estimator: Any) -> Ensemble:
    """The trees of an estimator. Raise `UnsupportedError` where it has none that can be read."""
    import numpy as np
    import treelite

    try:
        if hasattr(estimator, "get_booster"):
            return Ensemble(treelite.frontend.from_xgboost(estimator.get_booster()), True)
        if hasattr(estimator, "booster_"):
            return Ensemble(treelite.frontend.from_lightgbm(estimator.booster_), False)
        with np.errstate(invalid="ignore"):  # the number of a category that is NaN: never read
            model = treelite.sklearn.import_model(estimator)
    except (treelite.TreeliteError, NotImplementedError):
        name = type(estimator).__name__
        raise UnsupportedError(f"{name} has no trees that Treelite can read") from None
    return Ensemble(model, not hasattr(estimator, "is_categorical_"))


def tree(ensemble: Ensemble, number: int) -> Tree:
    """One tree. Raise `UnsupportedError` for leaves or conditions of other kinds."""
    fields = ensemble.model.get_tree_accessor(number)
    get = fields.get_field
    if len(get("leaf_vector")):
        raise UnsupportedError("a leaf has several values")
    lists, kinds = get("category_list"), get("node_type").tolist()
    spans = zip(get("category_list_begin").tolist(), get("category_list_end").tolist(), strict=True)
    strange = set(get("cmp")[get("node_type") == NUMBER].tolist()) - {LESS, AT_MOST}
    if strange or set(kinds) - {LEAF, NUMBER, CATEGORY}:
        raise UnsupportedError("a node has a condition that is not known")
    return Tree(
        kind=kinds,
        left=get("cleft").tolist(),
        right=get("cright").tolist(),
        feature=get("split_index").tolist(),
        limit=limits(get("threshold"), get("cmp") == LESS, ensemble.single).tolist(),
        codes=[set(lists[start:end].tolist()) for start, end in spans],
        inverted=get("category_list_right_child").astype(bool).tolist(),
        null=get("default_left").astype(bool).tolist(),
        value=get("leaf_value"),
    )


def limits(thresholds: "np.ndarray", strict: "np.ndarray", single: bool) -> "np.ndarray":
    """The largest number of double precision for which each condition is true.

    `strict` marks < among <=. Numbers that are rounded to single precision before they are compared
    are up to half a step greater than what they become.
    """
    import numpy as np

    if not single:
        wide = thresholds.astype(np.float64)
        return np.where(strict, np.nextafter(wide, -np.inf), wide)
    with np.errstate(over="ignore", invalid="ignore"):
        near = thresholds.astype(np.float32)
        above = (near > thresholds) | (strict & (near == thresholds))
        largest = np.where(above, np.nextafter(near, np.float32(-np.inf)), near)
        following = np.nextafter(largest, np.float32(np.inf)).astype(np.float64)
        following[np.isinf(following)] = 2.0**128
        middle = (largest.astype(np.float64) + following) / 2
        is_within = middle.astype(np.float32) <= largest
        return np.where(is_within, middle, np.nextafter(middle, -np.inf))


def thresholds(ensemble: Ensemble, names: list[str]) -> dict[str, list[float]]:
    """What each input is compared with."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(ensemble.model.num_tree):
        get = ensemble.model.get_tree_accessor(number).get_field
        is_number = get("node_type") == NUMBER
        places, limits = (get(name)[is_number].tolist() for name in ("split_index", "threshold"))
        for place, limit in zip(places, limits, strict=True):
            found[names[place]].append(limit)
    return found
