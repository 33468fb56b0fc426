"""Writes reference.safetensors with the format's own library: pip install safetensors==0.8.0 numpy

What the file holds is repeated in safetensors.test.ts.
"""
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "vector": np.array([1.5, -0.25, np.float32(1e-40), 3.4028235e38], dtype=np.float32),
        "matrix": np.arange(6, dtype=np.float16).reshape(2, 3) / np.float16(3),
        "hashes": np.array([0, 1, 4_294_967_295], dtype=np.uint32),
        "empty": np.zeros((0, 4), dtype=np.float32),
        "cells": np.array([[127, -64, 0], [-127, 1, 0]], dtype=np.int8),
        "cells.scale": np.array([0.5, 2**-20], dtype=np.float16),
    },
    Path(__file__).with_name("reference.safetensors"),
    metadata={"made-by": "safetensors", "text": 'ünï "quoted"'},
)
