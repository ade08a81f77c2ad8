"""Market baskets of Complete Journey, by two open implementations: what is bought together, by category and by product.

    pip install efficient-apriori mlxtend pandas
    python bench/peers/baskets.py > bench/peers/baskets.json

A basket is one counted order with the items of its lines of a quantity above zero, each once. Thresholds are given so that no set meets one
exactly by rounding. Both implementations must find the same sets; the rules kept are those of efficient-apriori. Item sets are written as
[[items], count], rules as [[from], [to], count]. `crates/metrics` is tested against them.
"""

import gzip
import json
import os
import sys
import time
from importlib.metadata import version

import pandas as pd
from efficient_apriori import apriori
from mlxtend.frequent_patterns import fpgrowth
from scipy.sparse import csr_matrix

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(HERE, "..", "..", "data", "complete-journey", "complete-journey.txt.gz")
CASES = [("category", 0.03, 0.4, 4), ("category", 0.02, 0.6, 3), ("product", 0.003, 0.2, 3)]


def baskets():
    category, rows, here, pieces = {}, [], None, 0
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("p "):
                product, department, name, _ = line[2:].split(",")[:4]
                category[product] = f"{department}/{name}" if name else department
            elif line.startswith("b "):
                if here is not None and pieces > 0:
                    rows.append(here)
                here, pieces = set(), 0
            elif line[:1].isdigit():
                product, count = (line.split(",") + [""])[:2]
                count = int(count or 1)
                pieces += count
                if count > 0:
                    here.add(product)
    if here is not None and pieces > 0:
        rows.append(here)
    by_category = [frozenset(category[product] for product in row if category.get(product)) for row in rows]
    return {"category": [row for row in by_category if row], "product": [frozenset(row) for row in rows if row]}


def matrix(rows):
    names = sorted(set().union(*rows))
    place = {name: at for at, name in enumerate(names)}
    columns = [place[name] for row in rows for name in row]
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    data = csr_matrix(([True] * len(columns), columns, starts), shape=(len(rows), len(names)))
    return pd.DataFrame.sparse.from_spmatrix(data, columns=names)


def main():
    found = []
    for items, support, confidence, size in CASES:
        rows = baskets()[items]
        started = time.process_time()
        sets, rules = apriori([tuple(row) for row in rows], min_support=support, min_confidence=confidence, max_length=size)
        apriori_seconds = time.process_time() - started
        told = sorted([sorted(held), count] for length in sets.values() for held, count in length.items())
        frame = matrix(rows)
        started = time.process_time()
        grown = fpgrowth(frame, min_support=support, use_colnames=True, max_len=size)
        fpgrowth_seconds = time.process_time() - started
        other = sorted([sorted(held), round(share * len(rows))] for share, held in zip(grown["support"], grown["itemsets"]))
        assert told == other, (items, len(told), len(other))
        told_rules = sorted([sorted(rule.lhs), sorted(rule.rhs), rule.count_full] for rule in rules)
        found.append({
            "items": items, "baskets": len(rows), "support": support, "confidence": confidence, "size": size, "sets": told, "rules": told_rules,
            "cpu_seconds": {"efficient-apriori": round(apriori_seconds, 2), "mlxtend fpgrowth": round(fpgrowth_seconds, 2)},
        })
    told = {"how": "python bench/peers/baskets.py", "python": sys.version.split()[0]}
    told |= {name: version(name) for name in ("efficient-apriori", "mlxtend", "pandas")}
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in found)
    print(f'{json.dumps(told, separators=(",", ":"))[:-1]},"cases":[\n{lines}\n]}}')


main()
