"""Measures scores that the engine produced over a test week, next to the random-forest baseline.

Exits with 1 unless the scores are ahead of the baseline, the mean over its random seeds, in every column.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np

from baseline import date_of, measure_baseline, rows_of
from features import Events, day_number, load_catalogue, load_events, open_transactions
from protocol import WEEK, mean_of, measure, table, test_rows


def read_scores(path: Path) -> dict[int, float]:
    with path.open(newline="", encoding="utf-8") as file:
        return {int(row["transaction_id"]): float(row["score"]) for row in csv.DictReader(file)}


def scores_of(events: Events, rows: np.ndarray, scores: dict[int, float]) -> np.ndarray:
    """The scores of the tested rows; every one must be there, or the comparison would not be fair."""
    ids = events.transaction_id[rows].tolist()
    without = [number for number in ids if number not in scores]
    if without:
        raise SystemExit(f"no score for {len(without)} of {len(ids)} tested transactions, such as {without[0]}")
    return np.array([scores[number] for number in ids])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Parquet file of transactions")
    parser.add_argument("--scores", type=Path, required=True, help="CSV with the columns transaction_id,score")
    parser.add_argument("--test-from", default="2018-08-01", help="first day of the test week")
    parser.add_argument("--until", help="last day of the baseline's training (default: 8 days before the test)")
    parser.add_argument(
        "--baseline-days", type=int, default=WEEK, help="days of the baseline's training (default: the Handbook's 7)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()

    test_day = day_number(options.test_from)
    until = day_number(options.until) if options.until else test_day - WEEK - 1
    connection = open_transactions(options.data)
    events = load_events(connection, date_of(test_day - 2 * WEEK), date_of(test_day + WEEK - 1))
    rows = test_rows(events, test_day)
    engine = measure(events, rows, scores_of(events, rows, read_scores(options.scores)))
    forests = measure_baseline(connection, load_catalogue(), test_day, until - options.baseline_days + 1, until)
    baseline = mean_of(forests)
    ahead = engine.ahead_of(baseline)

    if options.json:
        document = {
            "testFrom": options.test_from,
            "transactions": len(rows),
            "frauds": int(events.fraud[rows].sum()),
            "engine": engine.as_dict(),
            "randomForest": baseline.as_dict(),
            "randomForests": [forest.as_dict() for forest in forests],
            "ahead": ahead,
        }
        print(json.dumps(document, indent=2))
    else:
        print(f"{len(rows)} transactions from {options.test_from}, {events.fraud[rows].sum()} of them frauds\n")
        name = f"random forest, {options.baseline_days} days until {date_of(until)}"
        print(table({"engine": engine, **rows_of(name, forests)}))
        print("\nahead of its mean in every column" if ahead else "\nNOT ahead of its mean in every column")
    sys.exit(0 if ahead else 1)


if __name__ == "__main__":
    main()
