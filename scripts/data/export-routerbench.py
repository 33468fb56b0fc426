"""Writes one of RouterBench's pickles as JSON Lines with RouterBench's own columns. Needs pandas.

usage: python export-routerbench.py [--responses] routerbench_0shot.pkl|routerbench_5shot.pkl|routerbench_raw.pkl out.jsonl[.gz]

A line holds sample_id, eval_name, prompt and, for every model, <model> (its score) and <model>|total_cost (USD);
<model>|model_response only with --responses. Scores and costs that are no numbers are left out. routerbench_raw.pkl has one
call a row (model_name, performance, total_cost or cost): its rows of one sample_id become one line.

A pickle runs code when it is loaded: load none but those that withmartian published.
"""

import gzip
import json
import math
import sys

import pandas as pd

NAMES = ("sample_id", "eval_name", "prompt")
COST = "|total_cost"
RESPONSE = "|model_response"


def number(value):
    """A finite float, or None."""
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def to_wide(frame):
    """One row a sample from one row a call; calls come in the order of their samples."""
    cost = next((name for name in ("total_cost", "cost") if name in frame.columns), None)
    if "performance" not in frame.columns or cost is None:
        sys.exit(f"no columns performance and total_cost or cost: found {', '.join(map(str, frame.columns))}")
    rows = {}
    for call in frame.to_dict("records"):
        row = rows.setdefault(call["sample_id"], {name: call[name] for name in NAMES})
        model = call["model_name"]
        row[model] = call["performance"]
        row[model + COST] = call[cost]
        row[model + RESPONSE] = call.get("model_response")
    return rows.values()


def lines(frame, with_responses):
    missing = [name for name in NAMES if name not in frame.columns]
    if missing:
        sys.exit(f"no column {', '.join(missing)}: found {', '.join(map(str, frame.columns))}")
    is_long = "model_name" in frame.columns
    for row in to_wide(frame) if is_long else frame.to_dict("records"):
        models = [name[: -len(COST)] for name in row if str(name).endswith(COST)]
        prompt = row["prompt"]
        # a list of messages is written as Python prints it, which is how the published files hold them
        line = {"sample_id": str(row["sample_id"]), "eval_name": str(row["eval_name"]), "prompt": str(prompt)}
        for model in models:
            for name in (model, model + COST):
                value = number(row.get(name))
                if value is not None:
                    line[name] = value
            # what marks a model that has neither
            line.setdefault(model + COST, None)
            if with_responses and isinstance(row.get(model + RESPONSE), str):
                line[model + RESPONSE] = row[model + RESPONSE]
        yield line


def main(arguments):
    with_responses = "--responses" in arguments
    paths = [argument for argument in arguments if argument != "--responses"]
    if len(paths) != 2:
        sys.exit(__doc__)
    frame = pd.read_pickle(paths[0])
    opened = gzip.open if paths[1].endswith(".gz") else open
    count = 0
    with opened(paths[1], "wt", encoding="utf8") as out:
        for line in lines(frame, with_responses):
            out.write(json.dumps(line) + "\n")
            count += 1
    print(f"{paths[1]}: {count} prompts")


if __name__ == "__main__":
    main(sys.argv[1:])
