"""Writes the correctness matrices of CARROT's pickle as JSON, for convert-openllm_v2.mjs. Needs numpy.

usage: python export-openllm_v2.py <CARROT checkout>/data/open-llm-lb-v2/new_leaderboard_processed_20241205.pickle out.json

A pickle runs code when it is loaded: load none but the one at the commit that docs/data.md names.
"""

import json
import pickle
import sys

with open(sys.argv[1], "rb") as file:
    data = pickle.load(file)

tasks = {
    name: {"models": list(task["models"]), "correctness": task["correctness"].tolist()}
    for name, task in data.items()
    if name == "leaderboard_mmlu_pro" or name.startswith("leaderboard_bbh_")
}
with open(sys.argv[2], "w", encoding="utf8") as file:
    json.dump(tasks, file)
