"""Where nobody watches, long work gives a line now and then, and short work none."""

import pytest
from mlops import progress


@pytest.mark.parametrize(("seconds", "said"), [(2, []), (6, [2, 4]), (10, [1, 2, 3, 4])])
def test_a_line_each_ten_seconds(
    seconds: float,
    said: list[int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = [0.0]
    monkeypatch.setattr("mlops.progress.time.monotonic", lambda: clock[0])
    read = []
    for letter in progress.track("abcd", "Letters read"):
        read.append(letter)
        clock[0] += seconds
    assert read == ["a", "b", "c", "d"]
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [f"Letters read: {done} of 4" for done in said]
    assert captured.out == ""
