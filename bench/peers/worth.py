"""Super users and look-alikes on CDNOW's sample, a second time: with pandas and scikit-learn.

    pip install pandas==3.1.1 scikit-learn==1.9.1
    python bench/peers/worth.py > bench/peers/worth.json

Definitions are those of docs/value.md. CDNOW has purchases and nothing else, so of the super users' tests only the one about purchases is asked;
and of look-alikes' traits the four that purchases tell. The tests of `perennial-value` and `perennial-api` hold this program to these numbers.
"""

import json
import os
import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
UNTIL, TODAY = pd.Timestamp("1997-09-30"), pd.Timestamp("1998-06-30")


def days():
    """One row for each customer and day: cents."""
    path = os.path.join(HERE, "..", "..", "data", "cdnow", "CDNOW_sample.txt")
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=["id", "own", "date", "pieces", "dollars"], dtype={"id": str})
    rows["date"] = pd.to_datetime(rows["date"].astype(str), format="%Y%m%d")
    rows["cents"] = (rows["dollars"] * 100).round().astype(int)
    return rows[rows["date"] <= TODAY].groupby(["id", "date"], as_index=False)["cents"].sum()


def super_users(table, least, window=365):
    points = []
    for back in (360, 270, 180, 90, 0):
        end = TODAY - pd.Timedelta(days=back)
        within = table[(table["date"] > end - pd.Timedelta(days=window)) & (table["date"] <= end)]
        each = within.groupby("id").agg(times=("date", "count"), cents=("cents", "sum"))
        supers = each[each["times"] >= least]
        points.append({"day": str(end.date()), "supers": len(supers), "ordinary": len(each) - len(supers), "cents": int(each["cents"].sum())})
    rest = each.drop(supers.index)
    multiple = supers["cents"].mean() / rest["cents"].mean()
    return {"least": least, "points": points, "their_cents": int(supers["cents"].sum()), "multiple": float(multiple)}


def look_alikes(table, percent=20):
    known = table[table["date"] <= UNTIL].groupby("id").agg(
        last=("date", "max"), first=("date", "min"), times=("date", "count"), cents=("cents", "sum")
    )
    later = table[table["date"] > UNTIL].groupby("id")["cents"].sum().reindex(known.index).fillna(0).astype(int)
    traits = pd.DataFrame({
        "recency": np.log1p((UNTIL - known["last"]).dt.days),
        "frequency": np.log1p(known["times"]),
        "money": np.log1p(known["cents"] / 100 / known["times"]),
        "known": np.log1p((UNTIL - known["first"]).dt.days),
    })
    wanted = -(-len(known) * percent // 100)
    least = max(1, int(later.sort_values(ascending=False).iloc[wanted - 1]))
    hit = (later >= least).to_numpy()
    # Customers in the order of their numbers: of each ten the first three are held out.
    held = np.arange(len(known)) % 10 < 3
    rows = traits.to_numpy()
    means, deviations = rows[~held].mean(axis=0), rows[~held].std(axis=0)
    standard = (rows - means) / deviations
    model = LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000).fit(standard[~held], hit[~held])
    return {
        "members": len(known), "hits": int(hit.sum()), "least_cents": least, "held_out_hits": int(hit[held].sum()),
        "intercept": float(model.intercept_[0]), "weights": dict(zip(traits.columns, map(float, model.coef_[0]))),
        "auc": float(roc_auc_score(hit[held], model.decision_function(standard[held]))),
    }


def main():
    table = days()
    json.dump({"super_users": [super_users(table, 3), super_users(table, 2)], "look_alikes": look_alikes(table)}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
