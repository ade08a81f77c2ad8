"""Questions about everyone asked of the lake's own Parquet files: by this program, by DuckDB and by Polars, taking turns in one run.

    pip install duckdb==2.0.1 polars==2.1.0 pyarrow
    cargo build --release --package perennial-bench
    python bench/peers/lake.py target/release/perennial-bench target/bench/lake-1-1000000 [rounds] > bench/peers/lake.json

Each turn is a process of its own with two threads; seconds are of the processor (user and system), beside them by the clock, and the peak of
resident memory. Peers read the same files, of which they are told what they can be told: only rows of orders, which columns. `best` is the same
table in a layout of the peer's own: DuckDB's native file, Polars' own Parquet of four columns, both in the order of members.

The peers' question is the easier one where ours knows more: for stage and R/F/M they know no lives, and cut on recency and on purchases in all.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

DAY = 86_400_000
ZONE = 8 * 3_600_000
END = "DATE '2026-11-20'"

DUCKDB = {
    "stages": """
        WITH m AS (SELECT subject, max(day) AS last, count(DISTINCT day) AS f, sum(money) AS money FROM o GROUP BY subject)
        SELECT CASE WHEN r >= 720 THEN 'ended' WHEN r >= 360 THEN 'churned' WHEN r >= 180 THEN 'sleeping' WHEN f = 1 AND r <= 30 THEN 'first'
               WHEN f >= 5 THEN 'loyal' WHEN f >= 2 AND r < 90 THEN 'active' ELSE 'silent' END AS stage, count(*), sum(money)
        FROM (SELECT *, {end} - last AS r FROM m) GROUP BY stage""",
    "retention": """
        WITH f AS (SELECT subject, min(month) AS first FROM o GROUP BY subject)
        SELECT first, month - first AS n, count(DISTINCT o.subject), sum(money) FROM o JOIN f USING (subject) GROUP BY ALL""",
    "intervals": """
        SELECT day - before AS gap, count(*) FROM
            (SELECT day, lag(day) OVER (PARTITION BY subject ORDER BY day) AS before FROM (SELECT DISTINCT subject, day FROM o))
        WHERE before IS NOT NULL GROUP BY gap""",
    "store_months": "SELECT store, month, count(DISTINCT subject) FROM o GROUP BY store, month",
}


def duckdb_once(question, files, native):
    import duckdb

    con = duckdb.connect(native) if native else duckdb.connect()
    con.execute("SET threads = 2")
    if not native:
        columns = f"subject, ((paid_at + {ZONE}) // {DAY})::INTEGER AS day, ((paid_at + {ZONE}) // {DAY} // 30)::INTEGER AS month, money, store"
        con.execute(f"CREATE VIEW o AS SELECT {columns} FROM read_parquet('{files}') WHERE what = 3")
    end = 20777
    return con.execute(DUCKDB[question].format(end=end)).fetchall()


def polars_once(question, files, native):
    import polars as pl

    if native:
        o = pl.scan_parquet(native)
    else:
        day = ((pl.col("paid_at") + ZONE) // DAY).cast(pl.Int32)
        o = pl.scan_parquet(files).filter(pl.col("what") == 3)
        o = o.select("subject", day.alias("day"), (day // 30).alias("month"), "money", "store")
    end = 20777
    if question == "stages":
        m = o.group_by("subject").agg(pl.col("day").max().alias("last"), pl.col("day").n_unique().alias("f"), pl.col("money").sum())
        r, f = end - pl.col("last"), pl.col("f")
        stage = (
            pl.when(r >= 720).then(pl.lit("ended")).when(r >= 360).then(pl.lit("churned")).when(r >= 180).then(pl.lit("sleeping"))
            .when((f == 1) & (r <= 30)).then(pl.lit("first")).when(f >= 5).then(pl.lit("loyal"))
            .when((f >= 2) & (r < 90)).then(pl.lit("active")).otherwise(pl.lit("silent"))
        )
        q = m.with_columns(stage.alias("stage")).group_by("stage").agg(pl.len(), pl.col("money").sum())
    elif question == "retention":
        f = o.group_by("subject").agg(pl.col("month").min().alias("first"))
        q = o.join(f, on="subject").group_by("first", (pl.col("month") - pl.col("first")).alias("n"))
        q = q.agg(pl.col("subject").n_unique(), pl.col("money").sum())
    elif question == "intervals":
        d = o.select("subject", "day").unique().sort("subject", "day")
        gap = pl.when(pl.col("subject") == pl.col("subject").shift(1)).then(pl.col("day") - pl.col("day").shift(1))
        q = d.select(gap.alias("gap")).drop_nulls().group_by("gap").len()
    else:
        q = o.group_by("store", "month").agg(pl.col("subject").n_unique())
    return q.collect(engine="streaming").rows()


def child(peer, question, files, native):
    began = time.perf_counter()
    rows = {"duckdb": duckdb_once, "polars": polars_once}[peer](question, files, native)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"seconds": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss // 1024, "answer": len(rows)}
    print(json.dumps(told))


def best_layouts(files, folder):
    """The peers' own layouts, made once."""
    import duckdb
    import polars as pl

    day = f"((paid_at + {ZONE}) // {DAY})::INTEGER"
    native = os.path.join(folder, "best.duckdb")
    con = duckdb.connect(native)
    con.execute("SET threads = 2; SET preserve_insertion_order = true")
    con.execute(f"CREATE TABLE o AS SELECT subject, {day} AS day, ({day} // 30)::INTEGER AS month, money, store FROM read_parquet('{files}') WHERE what = 3")
    own = os.path.join(folder, "best.parquet")
    con.execute(f"COPY o TO '{own}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 262144)")
    con.close()
    return {"duckdb": native, "polars": own}


def run(words, env=None):
    out = subprocess.run(words, capture_output=True, text=True, env=env)
    if out.returncode != 0:
        return {"failed": out.stderr.strip().splitlines()[-1:]}
    return json.loads(out.stdout.strip().splitlines()[-1])


def main():
    program, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    members = folder.rstrip("/").rsplit("-", 1)[1]
    files = os.path.join(folder, "*.parquet")
    env = {**os.environ, "POLARS_MAX_THREADS": "2"}
    told = {}
    with tempfile.TemporaryDirectory() as scratch:
        best = best_layouts(files, scratch)
        for _ in range(rounds):
            for question in ["decode", "stages", "retention", "intervals", "store_months", "all"]:
                turn = lambda name, found: told.setdefault(question, {}).setdefault(name, []).append(found)
                turn("perennial", run([program, "lake", "--members", members, "--question", question]))
                if question not in DUCKDB:
                    continue
                for peer in ["duckdb", "polars"]:
                    turn(peer, run([sys.executable, __file__, "--child", peer, question, files, ""], env))
                    turn(peer + " best", run([sys.executable, __file__, "--child", peer, question, files, best[peer]], env))
    summary = {}
    for question, found in told.items():
        ours = [one["cpu"] for one in found["perennial"]]
        for name, turns in found.items():
            good = [one for one in turns if "cpu" in one]
            if not good:
                summary.setdefault(question, {})[name] = turns[0]
                continue
            row = {key: round(statistics.median(one[key] for one in good), 3) for key in ["cpu", "seconds", "peak_mb"]}
            row["cpu_least_most"] = [round(min(one["cpu"] for one in good), 3), round(max(one["cpu"] for one in good), 3)]
            if name != "perennial" and len(good) == len(ours):
                row["cpu_of_ours"] = round(statistics.median(one["cpu"] / own for one, own in zip(good, ours)), 2)
            summary.setdefault(question, {})[name] = row
    print(json.dumps({"members": int(members), "rounds": rounds, "load": os.getloadavg(), "questions": summary}, indent=1))


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(*sys.argv[2:5], sys.argv[5] or None)
    else:
        main()
