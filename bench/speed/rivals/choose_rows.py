"""numpy on the folded graph: reads what to do line by line, answers with the seconds that it took. Started by numpy.mjs.

The folder that it is given holds `graph.json` (sizes, scalars, and the shape of each array) and one file of float32 for each array.
"""

import json
import sys
import time
from pathlib import Path

try:
    import numpy as np
except ImportError:
    # whoever asks sees that nothing is said
    sys.exit(0)

folder = Path(sys.argv[1])
graph = json.loads((folder / "graph.json").read_text())
arrays = {name: np.fromfile(folder / name, dtype=np.float32).reshape(shape) for name, shape in graph["arrays"].items()}
scalars = graph["scalars"]
embeddings = arrays["embeddings"]
input_tokens = arrays["inputTokens"]
one = np.float32(1)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def literal(e):
    half = arrays["models"].shape[2]
    plain = e @ arrays["query"]
    centred = plain - plain.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(1e-5))
    q = centred / deviation * arrays["gain"] + arrays["normBias"]
    weights = softmax(q @ arrays["keys"])
    of_values = weights @ arrays["attended"] if "attended" in arrays else weights @ arrays["values"] @ arrays["headValue"]
    shared = q @ arrays["headQuery"] + of_values
    # (B, 2, N, H), in place: it is what takes the time
    hidden = shared.reshape(-1, 2, 1, half) + arrays["models"]
    np.maximum(hidden, 0, out=hidden)
    said = [hidden[:, head] @ arrays["output"].reshape(2, half)[head] for head in range(2)]
    return said[0] + arrays["qualityBias"], said[1] + arrays["costBias"]


def built_in(e):
    inner = e @ arrays["trunk"] + arrays["trunkBias"]
    hidden = np.float32(0.5) * inner * (one + np.tanh(np.float32(0.7978845608) * inner * (one + np.float32(0.044715) * inner * inner)))
    unit = e / np.linalg.norm(e, axis=1, keepdims=True)
    projected = unit @ arrays["directions"]
    squares = (projected * projected).sum(axis=1, keepdims=True)
    sharpness = np.float32(scalars["sharpness"])
    exponents = sharpness * (projected @ arrays["anchors"]) - sharpness / 2 * (squares + arrays["anchorSquares"])
    weights = np.exp(np.minimum(exponents, 0))
    joint = hidden @ arrays["readout"] + weights @ arrays["values"] + arrays["bias"]
    p = softmax(unit @ arrays["clusterKeys"] + arrays["clusterBias"]) @ arrays["clusterValues"]
    p = np.clip(p, np.float32(2**-10), np.float32(1 - 2**-10))
    count = p.shape[1]
    joint[:, :count] += np.float32(scalars["clusterShare"]) * np.log(p / (one - p))
    near, far = np.float32(scalars["near"]), np.float32(scalars["far"])
    familiarity = np.clip((squares - one + far) / (far - near), 0, 1)
    mixed = familiarity * (joint - arrays["means"]) + arrays["means"]
    return mixed[:, :count], mixed[:, count:]


predict = {"literal": literal, "built-in": built_in}[graph["form"]]


def choose(rows, chunk):
    chosen = np.empty(rows, dtype=np.int64)
    for start in range(0, rows, chunk):
        end = min(rows, start + chunk)
        logits, outputs = predict(embeddings[start:end])
        quality = one / (one + np.exp(-logits))
        cost = np.exp(outputs) * arrays["factors"] + input_tokens[start:end, None] * arrays["inputPrices"]
        chosen[start:end] = (quality - cost / np.float32(scalars["lambdaUsd"])).argmax(axis=1)
    return chosen


print(json.dumps({"numpy": np.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    started = time.perf_counter()
    chosen = choose(len(embeddings), request["chunk"])
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, **({"chosen": chosen.tolist()} if request.get("tell") else {})}), flush=True)
