"""The metrics of docs/metrics.md, a second time: with pandas, from the sample brands' files, sharing no code with the product.

    pip install pandas==3.1.1
    python bench/peers/metrics.py > bench/peers/metrics.json

Every case holds its question and its answer; `crates/metrics` and `crates/cli` are tested against them: counts and money to the last digit,
ratios to 1e-9. Money is in minor units (cents). It was run once; run it again when a definition changes.
"""

import gzip
import json
import math
import os
import sys

import pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")


def cdnow():
    """One row for each order that counts: member, day, store, money."""
    path = os.path.join(DATA, "cdnow", "CDNOW_master.txt")
    frame = pd.read_csv(path, sep=r"\s+", skiprows=1, header=None, names=["member", "date", "pieces", "dollars"], dtype=str)
    frame["day"] = pd.to_datetime(frame["date"], format="%Y%m%d")
    frame["at"] = frame["day"]
    frame["money"] = (frame["dollars"].astype(float) * 100).round().astype("int64")
    frame["member"] = frame["member"].astype(int)
    frame["store"] = ""
    return frame[frame["pieces"].astype(int) > 0][["member", "day", "at", "store", "money"]].reset_index(drop=True)


def journey():
    rows, basket = [], None
    with gzip.open(os.path.join(DATA, "complete-journey", "complete-journey.txt.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("b "):
                household, number, store, at = line[2:].split(",")
                basket = [int(household), number, store, at, 0, 0]
                rows.append(basket)
            elif line[:1].isdigit():
                _, pieces, sales, _, coupon, _ = (line.split(",") + [""] * 6)[:6]
                basket[4] += int(pieces or 1)
                basket[5] += int(sales or 0) - int(coupon or 0)
    frame = pd.DataFrame(rows, columns=["member", "number", "store", "at", "pieces", "money"])
    frame = frame[frame["pieces"] > 0].copy()
    frame["at"] = pd.to_datetime(frame["at"])
    frame["day"] = frame["at"].dt.normalize()
    return frame[["member", "day", "at", "store", "money"]].sort_values(["member", "at"], kind="stable").reset_index(drop=True)


def purchases(orders):
    """Orders of one member on one day are one purchase."""
    grouped = orders.groupby(["member", "day"], sort=True)
    return grouped.agg(orders=("money", "size"), money=("money", "sum")).reset_index()


def within(frame, question, column="day"):
    kept = pd.Series(True, index=frame.index)
    if question.get("from"):
        kept &= frame[column] >= pd.Timestamp(question["from"])
    if question.get("to"):
        kept &= frame[column] < pd.Timestamp(question["to"])
    return frame[kept]


def ratio(part, whole):
    return None if whole == 0 else part / whole


def summary(days):
    ranked = sorted(int(day) for day in days)
    at = lambda percent: ranked[math.ceil(percent * len(ranked) / 100) - 1] if ranked else None
    mean = sum(ranked) / len(ranked) if ranked else None
    return {"count": len(ranked), "mean": mean, "p50": at(50), "p80": at(80), "p90": at(90)}


def repurchase(orders, question):
    bought = purchases(orders)
    bought["interval"] = bought.groupby("member")["day"].diff().dt.days
    period = within(bought, question)
    times = period.groupby("member").size()
    before = set()
    if question.get("from"):
        before = set(bought.loc[bought["day"] < pd.Timestamp(question["from"]), "member"])
    count, buyers = int(period["orders"].sum()), len(times)
    intervals = period["interval"].dropna()
    by_days = intervals.astype(int).value_counts().sort_index()
    return {
        "buyers": buyers,
        "purchases": len(period),
        "orders": count,
        "repeat_buyers": int((times >= 2).sum()),
        "repeat_orders": count - buyers,
        "returning_buyers": len(before & set(times.index)),
        "user_rate": ratio(int((times >= 2).sum()), buyers),
        "order_rate": ratio(count - buyers, count),
        "returning_rate": ratio(len(before & set(times.index)), buyers),
        "purchases_per_buyer": ratio(len(period), buyers),
        "intervals": summary(intervals),
        "by_days": [[int(days), int(n)] for days, n in by_days.items()],
    }


PERIODS = {"day": "D", "week": "W-SUN", "month": "M"}
LENGTHS = {"day": 1, "week": 7, "month": 30}


def cohort(orders, question):
    as_of = pd.Timestamp(question["as_of"])
    bought = purchases(orders)
    first = bought.groupby("member")["day"].min().rename("zero").reset_index()
    first = within(first, question, "zero")
    unit = PERIODS[question["by"]]
    first["cohort"] = first["zero"].dt.to_period(unit)
    stores = orders.sort_values("at", kind="stable").groupby("member")["store"].first()
    if question.get("rows") == "store":
        first["row"] = first["member"].map(stores)
    elif question["by"] == "month":
        first["row"] = first["cohort"].astype(str)
    else:
        first["row"] = first["cohort"].dt.start_time.dt.strftime("%Y-%m-%d")
    joined = bought.merge(first, on="member")
    length = LENGTHS[question["by"]]
    if question["count"] == "own":
        joined["n"] = (joined["day"] - joined["zero"]).dt.days // length
    else:
        joined["n"] = [(a - b).n for a, b in zip(joined["day"].dt.to_period(unit), joined["cohort"])]

    def observed(members, n):
        """Members all of whose n-th unit lies on or before the day asked about."""
        if question["count"] == "own":
            ends = members["zero"] + pd.to_timedelta((n + 1) * length - 1, unit="D")
        else:
            ends = (members["cohort"] + n).dt.end_time.dt.normalize()
        return members[ends <= as_of]

    def row(name, members):
        cells = []
        for low, high in question["columns"]:
            seen = observed(members, low if high is None else high)
            if len(seen) == 0:
                cells.append(None)
                continue
            done = joined[joined["member"].isin(seen["member"]) & (joined["n"] >= low)]
            if high is not None:
                done = done[done["n"] <= high]
            active = int(done["member"].nunique())
            cells.append({"observed": len(seen), "active": active, "money": int(done["money"].sum()), "rate": active / len(seen)})
        return {"name": name, "members": len(members), "cells": cells}

    return {"rows": [row(name, members) for name, members in first.groupby("row", sort=True)], "all": row("", first)}


def funnel(orders, question):
    as_of, horizon = pd.Timestamp(question["as_of"]), question["horizon_days"]
    bought = purchases(orders)
    first = within(bought.groupby("member")["day"].min().rename("first").reset_index(), question, "first")
    enough = first["first"] + pd.to_timedelta(horizon, unit="D") <= as_of
    followed = bought.merge(first[enough], on="member")
    followed = followed[(followed["day"] - followed["first"]).dt.days <= horizon].copy()
    followed["number"] = followed.groupby("member").cumcount() + 1
    followed["step"] = followed["number"].clip(upper=4)
    followed["gap"] = followed.groupby("member")["day"].diff().dt.days
    total, members = int(followed["money"].sum()), int(enough.sum())
    steps, before = [], None
    for step in range(1, 5):
        reached = int((followed["number"] == step).sum())
        here = followed[followed["step"] == step]
        money = int(here["money"].sum())
        steps.append({
            "members": reached,
            "conversion": None if step == 1 else ratio(reached, before),
            "of_all": ratio(reached, members),
            "days": None if step == 1 else summary(followed.loc[followed["number"] == step, "gap"]),
            "purchases": len(here),
            "money": money,
            "money_share": ratio(money, total),
        })
        before = reached
    times = followed.groupby("member").agg(times=("number", "max"), money=("money", "sum"))
    times["bucket"] = times["times"].clip(upper=4)
    buckets = []
    for bucket in range(1, 5):
        here = times[times["bucket"] == bucket]
        buckets.append({"members": len(here), "purchases": int(here["times"].sum()), "money": int(here["money"].sum())})
    in_period = within(bought, question).groupby("member").size()
    once = int((in_period == 1).sum())
    return {
        "members": members, "excluded": int((~enough).sum()), "steps": steps, "buckets": buckets, "money": total,
        "buyers": len(in_period), "once": once, "one_time_share": ratio(once, len(in_period)),
    }


def pareto(orders, question):
    money = within(purchases(orders), question).groupby("member")["money"].sum().sort_values(ascending=False)
    sums, total, buyers = money.cumsum().tolist(), int(money.sum()), len(money)
    point = lambda n: {
        "buyers": n, "buyers_share": n / buyers, "money": int(sums[n - 1]) if n else 0, "money_share": (int(sums[n - 1]) if n else 0) / total,
    }
    first = lambda percent: -(-buyers * percent // 100)
    fewest = next(n for n in range(1, buyers + 1) if int(sums[n - 1]) * 100 >= total * 80)
    return {
        "buyers": buyers, "money": total, "curve": [point(first(percent)) for percent in range(101)],
        "top_fifth": point(first(20)), "four_fifths": point(fewest),
    }


METRICS = {"repurchase": repurchase, "cohort": cohort, "funnel": funnel, "pareto": pareto}


def each(last):
    return [[n, n] for n in range(last + 1)]


def onwards(last):
    return [[n, None] for n in range(last + 1)]


def cases():
    cd = lambda metric, **question: ("cdnow", metric, {"as_of": "1998-06-30", **question})
    cj = lambda metric, **question: ("complete-journey", metric, {"as_of": "2017-12-31", **question})
    year = {"from": "1997-01-01", "to": "1998-01-01"}
    yield cd("repurchase", **year)
    yield cd("repurchase", **{"from": "1998-01-01", "to": "1998-07-01"})
    yield cd("repurchase")
    yield cd("cohort", by="month", count="calendar", columns=each(12))
    yield cd("cohort", by="month", count="calendar", columns=onwards(17))
    yield cd("cohort", by="month", count="own", columns=each(18))
    yield cd("cohort", by="week", count="own", columns=[[1, 4], [5, 8], [9, 26], [27, 52], [53, 70]])
    yield cd("cohort", by="week", count="calendar", columns=each(8), **{"from": "1997-02-01", "to": "1997-03-01"})
    yield cd("cohort", by="day", count="own", columns=[[0, 0], [1, 7], [8, 30], [31, 90], [500, 500], [500, None]], **{"from": "1997-02-10", "to": "1997-02-20"})
    yield ("cdnow", "cohort", {"as_of": "1997-09-15", "by": "month", "count": "calendar", "columns": each(8)})
    yield cd("funnel", horizon_days=365, **year)
    yield cd("funnel", horizon_days=470, **year)
    yield cd("pareto", **year)
    yield cd("pareto")
    yield cj("repurchase", **{"from": "2017-04-01", "to": "2017-07-01"})
    yield cj("cohort", by="month", count="calendar", columns=each(11))
    yield cj("cohort", by="week", count="own", columns=each(6) + [[10, None]], rows="store", **{"from": "2017-01-01", "to": "2017-01-15"})
    yield cj("funnel", horizon_days=90, **{"from": "2017-01-01", "to": "2018-01-01"})
    yield cj("pareto", **{"from": "2017-01-01", "to": "2018-01-01"})


def main():
    brands = {"cdnow": cdnow(), "complete-journey": journey()}
    found = []
    for brand, metric, question in cases():
        orders = brands[brand]
        orders = orders[orders["day"] <= pd.Timestamp(question["as_of"])]
        found.append({"brand": brand, "metric": metric, "question": question, "answer": METRICS[metric](orders, question)})
    told = {"how": "python bench/peers/metrics.py", "python": sys.version.split()[0], "pandas": pd.__version__}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in found)
    head = json.dumps(told, separators=(",", ":"))[:-1]
    print(f'{head},"cases":[\n{lines}\n]}}')


main()
