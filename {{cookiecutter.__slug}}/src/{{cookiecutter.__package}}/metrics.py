"""Metrics of your own. `own` in `conf/evaluation/` names them, and then they are measured.

A metric takes the rows of an exam and how often each round of the bootstrap draws each of their
units, and gives one number a round. The mean of something over the rows is all that most need:

    from typing import TYPE_CHECKING

    from mlops.model.rows import Rows, mean

    if TYPE_CHECKING:
        import numpy as np

    def cost(rows: Rows, drawn: "np.ndarray") -> "np.ndarray":
        alarm, late = rows.labels, rows.target == 1
        return mean(10.0 * (late & ~alarm) + 1.0 * (alarm & ~late), rows, drawn)

`rows.target` is 0 or 1, a number, or a class's place, from 0, in `categories` of the target in
`conf/data/`; `rows.score` a probability, a value, or one for each class, a column each. Of two
classes, `rows.labels` are the answers: whether a model calls a row positive.
For ratios and others, `mlops/model/tasks/` is full of examples.
"""
