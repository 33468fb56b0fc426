"""The network of packages/train/src/network/model-network.ts with its losses, AdamW and schedule, in numpy.

    python3 peer.py FOLDER

FOLDER holds run.json and arrays of float32 (orders: int32), as runs.mjs writes them. Prints each epoch's loss and milliseconds.
Written as one would write it for speed: whole batches at a time, outputs into arrays that are kept, no loop over rows or models.
"""

import json
import sys
import time

import numpy as np

folder = sys.argv[1]
run = json.load(open(f"{folder}/run.json"))
R, D, M, K, H = (run[name] for name in ("rows", "D", "M", "K", "H"))
B = run["batchRows"]
f32 = np.float32


def load(name, *shape, dtype=f32):
    return np.fromfile(f"{folder}/{name}", dtype=dtype).reshape(shape)


embeddings = load("embeddings", R, D)
scores = load("scores", R, M)
costs = load("costs", R, M)
orders = load("orders", run["epochs"], R, dtype=np.int32)
shapes = {
    "query": (K, D),
    "queryNorm.gain": (K,),
    "queryNorm.bias": (K,),
    "modelKey": (M, K),
    "modelValue": (M, K),
    "head.query": (2 * H, K),
    "head.value": (2 * H, K),
    "head.model": (2 * H, K),
    "head.bias": (2 * H,),
    "head.output": (2 * H,),
    "bias.quality": (M,),
    "bias.cost": (M,),
}
p = {name: load(f"parameter.{name}", *shapes[name]) for name in run["names"]}
undecayed = {"bias.quality", "bias.cost", "head.bias", "queryNorm.gain", "queryNorm.bias"}
first = {name: np.zeros_like(values) for name, values in p.items()}
second = {name: np.zeros_like(values) for name, values in p.items()}
scale = f32(1 / np.sqrt(K))
random = np.random.default_rng(run["seed"])
units = np.empty((B, M, 2 * H), f32)
alive = np.empty((B, M, 2 * H), bool)


def dropout(rows, columns, rate):
    """1 / (1 - rate) where a unit is kept, 0 elsewhere."""
    if rate == 0:
        return np.ones((rows, columns), f32)
    return (random.random((rows, columns), dtype=f32) >= rate) * f32(1 / (1 - rate))


def step(x, s, y):
    """Gradients of the mean losses of a batch, and the sum of its log loss."""
    n = len(x)
    keys, values = p["modelKey"], p["modelValue"]
    plain = x @ p["query"].T
    centred = plain - plain.mean(1, keepdims=True)
    deviation = np.sqrt((centred * centred).mean(1, keepdims=True) + f32(1e-5))
    unit = centred / deviation
    query_mask, head_mask = dropout(n, K, run["queryDropout"]), dropout(n, 2 * H, run["headDropout"])
    q = query_mask * (unit * p["queryNorm.gain"] + p["queryNorm.bias"])
    logits = scale * (q @ keys.T)
    w = np.exp(logits - logits.max(1, keepdims=True))
    w /= w.sum(1, keepdims=True)
    o = w @ values
    shared = q @ p["head.query"].T + o @ p["head.value"].T
    own = keys @ p["head.model"].T + p["head.bias"]
    u = units[:n]
    np.add(shared[:, None, :], own[None, :, :], out=u)
    np.maximum(u, 0, out=u)
    c = head_mask * p["head.output"]
    z = (u[:, :, :H] @ c[:, :H, None])[:, :, 0] + p["bias.quality"]
    cost = (u[:, :, H:] @ c[:, H:, None])[:, :, 0] + p["bias.cost"]

    power = np.exp(-np.abs(z))
    loss = float((np.maximum(z, 0) - z * s + np.log1p(power)).sum())
    sigma = np.where(z > 0, 1 / (1 + power), power / (1 + power))
    dz = (sigma - s) / f32(n * M)
    dy = np.clip(cost - y, -1, 1) * f32(run["costWeight"] / (n * M))

    g = {"bias.quality": dz.sum(0), "bias.cost": dy.sum(0)}
    dc = np.concatenate(((dz[:, None, :] @ u[:, :, :H])[:, 0], (dy[:, None, :] @ u[:, :, H:])[:, 0]), 1)
    g["head.output"] = (head_mask * dc).sum(0)
    above = np.greater(u, 0, out=alive[:n])
    du = units[:n]
    np.multiply(dz[:, :, None], c[:, None, :H], out=du[:, :, :H])
    np.multiply(dy[:, :, None], c[:, None, H:], out=du[:, :, H:])
    du *= above
    d_shared, d_own = du.sum(1), du.sum(0)

    g["head.query"] = d_shared.T @ q
    g["head.value"] = d_shared.T @ o
    g["head.model"] = d_own.T @ keys
    g["head.bias"] = d_own.sum(0)
    dq = d_shared @ p["head.query"]
    do = d_shared @ p["head.value"]
    dk = d_own @ p["head.model"]
    dw = do @ values.T
    dv = w.T @ do
    dl = scale * w * (dw - (dw * w).sum(1, keepdims=True))
    dq += dl @ keys
    dq *= query_mask
    g["modelKey"] = dk + dl.T @ q
    g["modelValue"] = dv
    g["queryNorm.gain"] = (dq * unit).sum(0)
    g["queryNorm.bias"] = dq.sum(0)
    du_ = dq * p["queryNorm.gain"]
    dp = (du_ - du_.mean(1, keepdims=True) - unit * (du_ * unit).mean(1, keepdims=True)) / deviation
    g["query"] = dp.T @ x
    return g, loss


steps_per_epoch = -(-R // B)
total, warmup = steps_per_epoch * run["epochs"], min(50, steps_per_epoch)
count = 0
report = []
for order in orders:
    started, started_cpu = time.perf_counter(), time.process_time()
    loss = 0.0
    for start in range(0, R, B):
        rows = order[start : start + B]
        g, own_loss = step(embeddings[rows], scores[rows], costs[rows])
        loss += own_loss
        count += 1
        if count < warmup:
            share = count / warmup
        else:
            progress = min(1, (count - warmup) / max(1, total - warmup))
            share = 0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * progress))
        rate = run["learningRate"] * share
        norm = np.sqrt(sum(float(np.vdot(values, values)) for values in g.values()))
        clip = f32(min(1, run["clipNorm"] / norm))
        right1, right2 = f32(rate / (1 - 0.9**count)), f32(1 / (1 - 0.999**count))
        for name, values in p.items():
            gradient = g[name] * clip
            m, v = first[name], second[name]
            m *= f32(0.9)
            m += f32(0.1) * gradient
            v *= f32(0.999)
            gradient *= gradient
            v += f32(0.001) * gradient
            moved = m / (np.sqrt(v * right2) + f32(1e-8))
            moved *= right1
            if name not in undecayed:
                moved += f32(rate * run["weightDecay"]) * values
            values -= moved
    ms, cpu_ms = 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - started_cpu)
    report.append({"trainingLoss": loss / (R * M), "ms": ms, "cpuMs": cpu_ms})
print(json.dumps(report))
