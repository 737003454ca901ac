"""Trains the card-fraud model and writes it as models/<name>/<version>: model.onnx, manifest.json, parity.json."""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import onnxruntime

from baseline import date_of, handbook_baseline, rows_of
from export import INPUT, OPSET, OUTPUT, to_onnx
from features import ROOT, Catalogue, Events, compute, day_number, load_catalogue, load_events, open_transactions
from protocol import WEEK, Metrics, between, measure, table, test_rows

INPUTS = (
    "amount",
    "amount_to_usual",
    "amount_to_prior_avg_30d",
    "amount_to_avg_30d_before_7d",
    "customer_avg_amount_30d",
    "customer_max_3d_to_usual",
    "customer_max_7d_to_usual",
    "customer_max_14d_to_usual",
    "customer_prior_max_7d_to_usual",
    "customer_prior_max_14d_to_usual",
    *(f"terminal_risk_{window}d" for window in (1, 3, 5, 7, 14, 22, 30)),
    *(f"terminal_fraud_count_{window}d" for window in (7, 21, 30)),
    *(f"terminal_least_label_{window}d" for window in (1, 3, 7)),
    "terminal_old_fraud_count_9d",
)
SEED = 7
ROUNDS = 400
# Small trees and large leaves: frauds are few and their labels are noisy near the ends of an attack.
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.025,
    "num_leaves": 8,
    "min_data_in_leaf": 600,
    "lambda_l2": 10,
    "path_smooth": 10,
    "min_gain_to_split": 10,  # less is chance, and would only shuffle the purchases nothing is known about
    "max_bin": 1023,  # amounts must be told apart finely around a sharp limit
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
}
TOLERANCE = 1e-6  # of the parity vectors
ROWS_TOLERANCE = 5e-6  # of the training rows: the graph adds up 400 leaves in float32
PARITY_ROWS = {"frauds": 120, "legitimate": 180, "missing": 60}

Json = dict[str, Any]


def train(values: np.ndarray, labels: np.ndarray, threads: int) -> lgb.Booster:
    """Values are rounded to float32 first, as the ONNX graph will see them."""
    repeatable = {"seed": SEED, "deterministic": True, "force_row_wise": True, "num_threads": threads, "verbose": -1}
    # A purchase is misused by card or by terminal, not by both at once: no tree may mix the two, which only fits noise.
    terminal = [at for at, name in enumerate(INPUTS) if name.startswith("terminal_")]
    card = [at for at in range(len(INPUTS)) if at not in terminal]
    dataset = lgb.Dataset(rounded(values), labels, feature_name=list(INPUTS))
    return lgb.train({**PARAMETERS, **repeatable, "interaction_constraints": [card, terminal]}, dataset, ROUNDS)


def rounded(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)


def parity_rows(values: np.ndarray, labels: np.ndarray, nullable: Sequence[int]) -> np.ndarray:
    """Real frauds and legitimate rows, and real rows with one, or all, of the inputs missing that can be."""
    random = np.random.default_rng(SEED)
    frauds = random.choice(np.flatnonzero(labels == 1), PARITY_ROWS["frauds"], replace=False)
    legitimate = random.choice(np.flatnonzero(labels == 0), PARITY_ROWS["legitimate"], replace=False)
    holes = values[np.concatenate([frauds[: PARITY_ROWS["missing"] // 2], legitimate[: PARITY_ROWS["missing"] // 2]])]
    for at, row in enumerate(holes):
        row[nullable[at % len(nullable)] if at % 10 else list(nullable)] = np.nan
    return np.concatenate([values[frauds], values[legitimate], holes])


def check_parity(
    session: onnxruntime.InferenceSession, booster: lgb.Booster, values: np.ndarray, tolerance: float
) -> float:
    """The largest difference of the graph from LightGBM's own scores; an error if it is over the tolerance."""
    scores = session.run([OUTPUT], {INPUT: rounded(values)})[0][:, 0]
    difference = float(np.abs(scores - booster.predict(rounded(values))).max())
    if difference > tolerance:
        raise SystemExit(f"the ONNX graph differs from LightGBM by {difference:.2e}, over {tolerance:.0e}")
    return difference


def histogram(values: np.ndarray, edges: np.ndarray) -> Json:
    known = values[~np.isnan(values)]
    return {
        "edges": edges.tolist(),
        "counts": np.histogram(known, edges)[0].tolist(),
        "missing": int(len(values) - len(known)),
    }


def feature_histogram(values: np.ndarray, bins: int = 20) -> Json:
    """A bin a value where there are few values; else quantiles, of the distinct values if most rows share one."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) < bins:
        return histogram(values, np.append(distinct, distinct[-1] + 1))
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)))
    if len(edges) <= bins // 2:
        edges = np.unique(np.quantile(distinct, np.linspace(0, 1, bins + 1)))
    return histogram(values, edges)


def score_histogram(scores: np.ndarray) -> Json:
    """One edge a percent, and finer at the top, where decisions are made."""
    shares = [*np.arange(0, 0.99, 0.01), *np.arange(0.99, 1, 0.0005), 1]
    return histogram(scores, np.unique(np.quantile(scores, shares)))


def manifest(
    out: Path, catalogue: Catalogue, values: np.ndarray, scores: np.ndarray, training: Json, metrics: Json
) -> Json:
    missing = np.isnan(values).any(axis=0)
    return {
        "$schema": "../../../policies/schema/manifest.json",
        "name": out.parent.name,
        "version": out.name,
        "description": "Probability that a card purchase is fraud, from the histories of its customer and terminal.",
        "format": "onnx",
        "opset": OPSET,
        "tensor": {"name": INPUT, "type": "float32"},
        # What was never missing in training must not be missing in use: the model has not learnt what that means.
        "inputs": [
            {"name": name, "type": catalogue.type(name), "missing": "nan" if missing[at] else "refuse"}
            for at, name in enumerate(INPUTS)
        ],
        "output": {"tensor": OUTPUT, "index": 0, "type": "double"},
        "training": training,
        "metrics": metrics,
        "baseline": {name: feature_histogram(values[:, at]) for at, name in enumerate(INPUTS)},
        "scoreBaseline": score_histogram(scores),
    }


def write_json(path: Path, document: Json) -> None:
    """Indented, but each list of plain values on one line, so that a change can be read."""

    def text(value: Any, indent: str) -> str:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        flat = all(not isinstance(item, dict | list) for item in items)
        if not items or (flat and (isinstance(value, list) or len(value) <= 3)):
            return json.dumps(value, allow_nan=False)
        inner = indent + "  "
        if isinstance(value, list):
            return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{indent}]"
        lines = ",\n".join(f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items())
        return "{\n" + lines + f"\n{indent}}}"

    path.write_text(text(document, "") + "\n", encoding="utf-8")


def ours(events: Events, values: np.ndarray, test_from: int, booster: lgb.Booster) -> Metrics:
    rows = test_rows(events, test_from)
    return measure(events, rows, booster.predict(rounded(values[rows])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Parquet file of transactions")
    parser.add_argument("--from", dest="since", default="2018-05-10", help="first day of training (windows are warm)")
    parser.add_argument("--until", default="2018-07-31", help="last day of training of the model that is written")
    parser.add_argument("--test-from", default="2018-08-01", help="first day of the week on which quality is measured")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "card-fraud" / "1", help="folder to write")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    first, last, test_day = map(day_number, (options.since, options.until, options.test_from))
    measured_last = test_day - WEEK - 1  # labels of the week before the test are not known yet
    data_until = date_of(max(last, test_day + WEEK - 1))
    catalogue = load_catalogue()
    connection = open_transactions(options.data, options.threads)
    print(f"computing {len(INPUTS)} features, {options.since} to {data_until}", flush=True)
    events = load_events(connection, options.since, data_until)
    values = compute(connection, catalogue, INPUTS, options.since, data_until)

    def trained(until: int) -> lgb.Booster:
        rows = between(events, first, until)
        print(
            f"training on {rows.sum()} purchases, {events.fraud[rows].sum()} frauds, until {date_of(until)}", flush=True
        )
        return train(values[rows], events.fraud[rows], options.threads)

    measured = trained(measured_last)
    results = {
        f"this model, trained until {date_of(measured_last)}": ours(events, values, test_day, measured),
        **rows_of("random forest", handbook_baseline(connection, catalogue, options.test_from)),
    }
    booster = measured if last == measured_last else trained(last)

    rows = between(events, first, last)
    known, labels = values[rows], events.fraud[rows]
    nullable = np.flatnonzero(np.isnan(known).any(axis=0)).tolist()
    model = to_onnx(booster)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    vectors = parity_rows(known, labels, nullable)
    difference = max(
        check_parity(session, booster, vectors, TOLERANCE), check_parity(session, booster, known, ROWS_TOLERANCE)
    )
    print(f"ONNX agrees with LightGBM on {len(known) + len(vectors)} rows, largest difference {difference:.1e}")

    metrics = {
        "protocol": (
            "Fraud Detection Handbook, a week earlier: same parameters trained until "
            f"{date_of(measured_last)}, labels of the next week unknown, tested on the week from {options.test_from}, "
            "cards known as compromised left out"
        ),
        **next(iter(results.values())).as_dict(),
    }
    training = {
        "code": "models/train",
        "from": options.since,
        "until": options.until,
        "rows": len(known),
        "positives": int(labels.sum()),
        "data": options.data.name,
        "dataSha256": hashlib.sha256(options.data.read_bytes()).hexdigest(),
        "library": f"lightgbm=={lgb.__version__}",
        "seed": SEED,
        "parameters": {**PARAMETERS, "rounds": ROUNDS, "interaction_constraints": "card and terminal inputs apart"},
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "model.onnx").write_bytes(model.SerializeToString())
    document = manifest(options.out.resolve(), catalogue, known, booster.predict(rounded(known)), training, metrics)
    write_json(options.out / "manifest.json", document)
    parity = {
        "inputs": list(INPUTS),
        "rows": [[None if np.isnan(value) else value for value in row] for row in vectors.tolist()],
        "scores": booster.predict(rounded(vectors)).tolist(),
    }
    write_json(options.out / "parity.json", parity)
    print(f"wrote {options.out}: model.onnx of {(options.out / 'model.onnx').stat().st_size // 1024} KiB\n")
    print(table(results))


if __name__ == "__main__":
    main()
