"""Tables of an S3 server on this machine."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mlops.errors import UserError

from machinery.adopting import rows, state, take, written
from machinery.buckets import SECRET

TABLE = rows(id=range(1, 61), size=[1.5, 2.5, 4], target=["a", "b"])


@pytest.fixture
def bucket(client: Any, tmp_path: Path) -> str:
    """A bucket with a table as CSV and as a folder of Parquet; the environment may read it."""
    client.create_bucket(Bucket="shop")
    client.put_object(Bucket="shop", Key="a/houses.csv", Body=TABLE.encode())
    frame = pd.DataFrame({"size": [1.5, 2] * 15, "target": ["a", "b"] * 15})
    for part in ("1", "2"):
        body = frame.to_parquet(tmp_path / "part.parquet")
        body = (tmp_path / "part.parquet").read_bytes()
        client.put_object(Bucket="shop", Key=f"parts/{part}.parquet", Body=body)
    client.put_object(Bucket="shop", Key="parts/_SUCCESS", Body=b"")
    return "s3://shop"


def test_a_file(shop: Path, bucket: str) -> None:
    take(f"{bucket}/a/houses.csv")
    assert Path("data/source/houses.csv").read_text() == TABLE
    assert written("houses")["origin"] == {"url": "s3://shop/a/houses.csv"}
    assert all(SECRET.encode() not in content for content in state(shop).values())


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_folder_of_parquet(shop: Path, bucket: str, slash: str) -> None:
    data = take(f"{bucket}/parts{slash}").data
    assert (data.source, data.key) == ("data/source/parts", ["row"])
    assert sorted(path.name for path in Path(data.source).iterdir()) == ["1.parquet", "2.parquet"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/a/none.csv", "s3://shop/a/none.csv: there is nothing there"),
        ("/a/", "s3://shop/a/: the folder holds no Parquet files"),
        ("less/none.csv", "s3://shopless/none.csv: there is nothing there"),
    ],
)
def test_what_is_not_there(shop: Path, bucket: str, path: str, line: str) -> None:
    before = state(shop)
    with pytest.raises(UserError) as error:
        take(bucket + path)
    assert str(error.value).startswith(line)
    assert state(shop) == before
