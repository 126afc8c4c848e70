"""One Parquet file that grows by batches and whose bytes depend on its rows alone."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops.data import partitions

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 500_000  # cells of a row group: few enough that many files may grow side by side


class Writer:
    """Write batches to a file, in row groups of equally many rows however they came."""

    def __init__(self, path: Path, schema: "pa.Schema") -> None:
        import pyarrow.parquet as pq

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.schema = path, schema
        self.file = pq.ParquetWriter(path, schema, compression="zstd")
        self.group = GROUP // len(schema)
        self.waiting: list[pa.RecordBatch] = []
        self.rows = self.written = 0

    def add(self, batch: "pa.RecordBatch") -> None:
        """Append rows."""
        self.waiting.append(batch)
        self.rows += batch.num_rows
        if self.rows - self.written >= self.group:
            self.flush(self.group)

    def flush(self, least: int) -> None:
        """Write waiting rows, a row group at a time, as long as there are so many."""
        import pyarrow as pa

        table = pa.Table.from_batches(self.waiting, self.schema)
        while table.num_rows >= least:
            group = table.slice(0, self.group)
            self.file.write_table(group.combine_chunks())
            self.written += group.num_rows
            table = table.slice(self.group)
        self.waiting = table.to_batches()

    def close(self) -> partitions.Entry:
        """Write what is left; tell the rows and the digest."""
        if self.rows > self.written:
            self.flush(1)
        self.file.close()
        return {"rows": self.rows, "sha256": partitions.file_digest(self.path)}
