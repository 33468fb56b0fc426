"""Writes the Parquet files beside this one, as other engines write them: `python make-parquet.py` with pyarrow, duckdb and polars.

Row i of 40 has six components ((7 i + 3 k) mod 17) / 8 - 1, the id "r<i>" or 10^15 + i, and i + 1 tokens. Where a file has gaps, row i has
a null list for i mod 10 = 3, an empty one for 5, one that is too short for 7 and a null element for 9.
"""
import os
import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
rows, dimensions = 40, 6
values = np.array([[((7 * i + 3 * k) % 17) / 8 - 1 for k in range(dimensions)] for i in range(rows)])
text_ids = [f"r{i}" for i in range(rows)]
whole_ids = [10**15 + i for i in range(rows)]
tokens = [i + 1 for i in range(rows)]


def write(name, embedding, ids=text_ids, **options):
    columns = {"id": ids, "embedding": embedding, "inputTokens": pa.array(tokens, pa.int32())}
    pq.write_table(pa.table(columns), os.path.join(here, name), **options)


def gaps(i):
    row = [float(x) for x in values[i]]
    return {3: None, 5: [], 7: row[:4], 9: row[:2] + [None] + row[3:]}.get(i % 10, row)


floats = values.astype(np.float32)
of_float = pa.array(floats.tolist(), pa.list_(pa.float32()))
write("pyarrow-dictionary-snappy.parquet", of_float, row_group_size=16)
write("pyarrow-double-v2-zstd.parquet", pa.array(values.tolist(), pa.list_(pa.float64())), whole_ids, data_page_version="2.0", compression="zstd", use_dictionary=False)
write("pyarrow-split-streams.parquet", of_float, use_dictionary=False, use_byte_stream_split=["embedding.list.element"], compression="gzip")
write("pyarrow-fixed-list-small-pages.parquet", pa.FixedSizeListArray.from_arrays(pa.array(floats.ravel()), dimensions), data_page_size=64, write_batch_size=4, use_dictionary=False, compression="none")
write("pyarrow-fixed-binary.parquet", pa.array([row.tobytes() for row in floats], pa.binary(4 * dimensions)))
write("pyarrow-binary.parquet", pa.array([row.tobytes() for row in floats], pa.binary()), whole_ids)
write("pyarrow-gaps.parquet", pa.array([gaps(i) for i in range(rows)], pa.list_(pa.float32())), compression="none")
write("pyarrow-gaps-v2.parquet", pa.array([gaps(i) for i in range(rows)], pa.list_(pa.float64())), data_page_version="2.0", row_group_size=7)
required = pa.schema([pa.field("id", pa.string(), False), pa.field("embedding", pa.list_(pa.field("element", pa.float32(), False)), False), pa.field("inputTokens", pa.int64(), False)])
pq.write_table(pa.table({"id": text_ids, "embedding": of_float, "inputTokens": tokens}, required), os.path.join(here, "pyarrow-required.parquet"), use_dictionary=False)
frame = polars.DataFrame({"id": text_ids, "embedding": floats, "inputTokens": tokens}).with_columns(polars.col("embedding").cast(polars.List(polars.Float32)))
frame.write_parquet(os.path.join(here, "polars.parquet"))
written = pa.table({"id": whole_ids, "embedding": of_float, "inputTokens": pa.array(tokens, pa.float64())})
duckdb.sql(f"copy written to '{os.path.join(here, 'duckdb.parquet')}' (format parquet)")
