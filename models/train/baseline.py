"""The baseline: scikit-learn's random forest on the Fraud Detection Handbook's features.

Its measures are means over several random seeds: one forest's AUC ROC moves by more than a hundredth with its seed.
"""

import duckdb
import numpy as np
from sklearn.ensemble import RandomForestClassifier

from features import Catalogue, Events, compute, day_number, load_events
from protocol import WEEK, Metrics, best_of, between, mean_of, measure, test_rows

HANDBOOK_FEATURES = (
    "amount",
    "is_weekend",
    "is_night",
    *(f"customer_{what}_{window}d" for window in (1, 7, 30) for what in ("tx_count", "avg_amount")),
    *(f"terminal_{what}_{window}d" for window in (1, 7, 30) for what in ("tx_count", "risk")),
)


def date_of(day: int) -> str:
    return str(np.datetime64(day, "D"))


SEEDS = range(10)


def measure_baseline(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, test_from: int, train_from: int, train_until: int
) -> list[Metrics]:
    """Trains on the given days (both whole) and measures the week from `test_from`, once for each seed."""
    since, until = date_of(min(train_from, test_from - 2 * WEEK)), date_of(test_from + WEEK - 1)
    events: Events = load_events(connection, since, until)
    values = compute(connection, catalogue, HANDBOOK_FEATURES, since, until)
    training = between(events, train_from, train_until)
    rows = test_rows(events, test_from)

    def forest(seed: int) -> Metrics:
        fitted = RandomForestClassifier(random_state=seed, n_jobs=2).fit(values[training], events.fraud[training])
        return measure(events, rows, fitted.predict_proba(values[rows])[:, 1])

    return [forest(seed) for seed in SEEDS]


def handbook_baseline(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, test_from: str) -> list[Metrics]:
    """Trained as in the Handbook: on the seven days that end a week before the test."""
    test_day = day_number(test_from)
    return measure_baseline(connection, catalogue, test_day, test_day - 2 * WEEK, test_day - WEEK - 1)


def rows_of(name: str, measured: list[Metrics]) -> dict[str, Metrics]:
    """Rows for a table of results."""
    return {
        f"{name}, mean of {len(measured)} seeds": mean_of(measured),
        f"{name}, best of each column": best_of(measured),
    }
