"""Fits of BG/NBD and Pareto/NBD, a second time: with `lifetimes`, beside this program in one run.

    pip install lifetimes==0.11.3 "numpy<2" "pandas<2.3" "scipy<1.14"
    cargo bench --package perennial-value --bench fit --no-run
    python bench/peers/value.py target/release/deps/fit-… [customers] > bench/peers/value.json

The same customers are given to each, as x, t_x, T in weeks: all of CDNOW as of 1997-09-30, then customers drawn as the Pareto/NBD says of
CDNOW. Seconds are of the fit alone: files are read before. Peers' are of the processor and of one fit; ours are by the clock, the median of five
fits, each of which collapses equal customers anew, so that a busy machine only counts against us. Every fit is told with its parameters, so
that a quick one that stopped too early shows.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))


def cdnow():
    path = os.path.join(HERE, "..", "..", "data", "cdnow", "CDNOW_master.txt")
    rows = pd.read_csv(path, sep=r"\s+", skiprows=1, header=None, names=["id", "date", "pieces", "dollars"])
    rows["date"] = pd.to_datetime(rows["date"].astype(str), format="%Y%m%d")
    until = pd.Timestamp("1997-09-30")
    days = rows[rows["date"] <= until].drop_duplicates(["id", "date"]).groupby("id")["date"].agg(["count", "min", "max"])
    weeks = lambda span: span.dt.days / 7
    return pd.DataFrame({"x": days["count"] - 1, "t_x": weeks(days["max"] - days["min"]), "T": weeks(until - days["min"])})


def drawn(n):
    """Customers of a Pareto/NBD with CDNOW's parameters, known for 462 to 546 days, purchases counted by the day."""
    chance = np.random.default_rng(4)
    known = 546 - chance.integers(0, 84, n)
    rate = chance.gamma(0.553, 1 / (10.578 * 7), n)
    alive = np.minimum(chance.exponential(1 / chance.gamma(0.606, 1 / (11.669 * 7), n)), known)
    count = chance.poisson(rate * alive)
    who = np.repeat(np.arange(n), count)
    days = np.unique(np.stack([who, (chance.random(who.size) * alive[who]).astype(int)], axis=1), axis=0)
    days = days[days[:, 1] > 0]
    x = np.bincount(days[:, 0], minlength=n)
    last = np.zeros(n, dtype=int)
    np.maximum.at(last, days[:, 0], days[:, 1])
    return pd.DataFrame({"x": x, "t_x": last / 7, "T": known / 7})


def ours(program, base):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        base.to_csv(file.name, index=False)
        run = subprocess.run([program, file.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    told = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return {one["model"]: {"seconds": one["seconds"], "params": one["params"], "points": one["points"]} for one in told}


def theirs(fitter, base):
    begun = time.process_time()
    fitter.fit(base["x"], base["t_x"], base["T"])
    seconds = time.process_time() - begun
    return {"seconds": round(seconds, 3), "params": {name: float(value) for name, value in fitter.params_.items()}}


def main():
    from lifetimes import BetaGeoFitter, ParetoNBDFitter

    program, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    results = {}
    for name, base in (("cdnow", cdnow()), (f"drawn {n}", drawn(n))):
        mine = ours(program, base)
        peers = {"bgnbd": theirs(BetaGeoFitter(), base), "paretonbd": theirs(ParetoNBDFitter(), base)}
        told = {}
        for model, peer in peers.items():
            told[model] = {"ours": mine[model], "lifetimes": peer, "ratio": round(peer["seconds"] / mine[model]["seconds"], 1)}
        results[name] = told
        print(name, json.dumps(told), file=sys.stderr, flush=True)
    json.dump(results, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
