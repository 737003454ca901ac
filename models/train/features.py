"""Computes the features of policies/features.json over a file of transactions.

The catalogue is the single definition of every feature: the engine serves it, and here DuckDB SQL is generated from it,
so training and serving cannot drift apart. Only what can be known from the transactions is computed (sources of kind
`request` and `aggregate`, and expressions over them); asking for anything else is an error.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

import cel

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "policies" / "features.json"

SQL_TYPES = {"string": "VARCHAR", "double": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}
AGGREGATES = {
    "count": "count(*)",
    "sum": "sum({of})",
    "mean": "avg({of})",
    "min": "min({of})",
    "max": "max({of})",
    "distinct": "count(DISTINCT {of})",
}
MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

Json = dict[str, Any]


class CatalogueError(ValueError):
    """A feature that cannot be computed as the catalogue states it."""


@dataclass(frozen=True)
class Catalogue:
    sources: dict[str, Json]
    features: dict[str, Json]

    def feature(self, name: str) -> Json:
        if name not in self.features:
            raise CatalogueError(f"{name}: not in the catalogue")
        return self.features[name]

    def type(self, name: str) -> str:
        return "timestamp" if name == "occurred_at" else str(self.feature(name)["type"])

    def inputs_of(self, name: str) -> set[str]:
        """The features that must be known before this one."""
        feature = self.feature(name)
        if "expr" in feature:
            return cel.names_in(feature["expr"]) - {"occurred_at"}
        if feature["from"] == "request":
            return set()
        source = self.sources.get(feature["from"], {})
        if source.get("kind") != "aggregate":
            raise CatalogueError(f"{name}: source {feature['from']!r} is not in the transactions")
        return {*source["key"], source["value"]}


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    document = json.loads(path.read_text(encoding="utf-8"))
    return Catalogue(document["sources"], document["features"])


def milliseconds(duration: str) -> int:
    match = re.fullmatch(r"(\d+)(ms|s|m|h|d)", duration)
    if match is None:
        raise CatalogueError(f"not a duration: {duration!r}")
    return int(match[1]) * MILLISECONDS[match[2]]


def layers(catalogue: Catalogue, names: Sequence[str]) -> list[list[str]]:
    """The wanted features and all they need, in layers: each layer needs only the ones before it."""
    depth: dict[str, int] = {}

    def visit(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            raise CatalogueError("a cycle: " + " -> ".join([*path, name]))
        if name not in depth:
            depth[name] = 1 + max((visit(need, (*path, name)) for need in catalogue.inputs_of(name)), default=-1)
        return depth[name]

    for wanted in names:
        visit(wanted, ())
    return [sorted(n for n, d in depth.items() if d == level) for level in range(max(depth.values()) + 1)]


def aggregate_sql(source: Json, feature: Json) -> str:
    """A window over the past of the event's own key: (t - delay - window, t - delay], exact to the millisecond."""
    of = "_label" if feature.get("of") == "label" else f'"{source["value"]}"'
    window, delay = milliseconds(feature["window"]), milliseconds(feature.get("delay", "0d"))
    if window + delay > milliseconds(source["retain"]):
        raise CatalogueError(f"window and delay of {feature} reach further back than its source retains")
    if of == "_label" and delay < milliseconds("7d"):
        raise CatalogueError(f"labels come late: a delay of 7d is the least for {feature}")
    keys = ", ".join(f'"{key}"' for key in source["key"])
    kind = feature["aggregate"]
    empty = feature.get("empty", 0 if kind in ("count", "sum", "distinct") else None)
    value = (
        f"{AGGREGATES[kind].format(of=of)} OVER (PARTITION BY {keys} ORDER BY _time "
        f"RANGE BETWEEN {delay + window - 1} PRECEDING AND {delay} PRECEDING)"
    )
    return value if empty is None else f"coalesce({value}, {empty})"


def definition(catalogue: Catalogue, name: str) -> str:
    """One feature as an item of a SELECT list."""
    feature = catalogue.feature(name)
    if "expr" in feature:
        types = {need: catalogue.type(need) for need in cel.names_in(feature["expr"])}
        try:
            translated = cel.translate(feature["expr"], types)
        except cel.CelError as error:
            raise CatalogueError(f"{name}: {error}") from None
        if translated.type != feature["type"]:
            raise CatalogueError(f"{name}: declared {feature['type']}, but the expression is {translated.type}")
        sql = translated.text
    elif feature["from"] == "request":
        sql = f'"{feature["path"]}"'
    else:
        sql = aggregate_sql(catalogue.sources[feature["from"]], feature)
    return f'CAST({sql} AS {SQL_TYPES[feature["type"]]}) AS "{name}"'


def feature_sql(catalogue: Catalogue, names: Sequence[str]) -> str:
    """A query over the view `transactions`: one row an event, in time order, with every wanted feature."""
    first, *rest = layers(catalogue, names)
    items = ",\n    ".join(definition(catalogue, name) for name in first)
    parts = [
        "layer0 AS (SELECT transaction_id, occurred_at, epoch_ms(occurred_at) AS _time,"
        f" CAST(fraud AS DOUBLE) AS _label,\n    {items}\n  FROM transactions)"
    ]
    for level, layer in enumerate(rest, start=1):
        items = ",\n    ".join(definition(catalogue, name) for name in layer)
        parts.append(f"layer{level} AS (SELECT *,\n    {items}\n  FROM layer{level - 1})")
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        "WITH " + ",\n".join(parts) + f"\nSELECT {columns} FROM layer{len(rest)} "
        "WHERE _time >= $since AND _time < $until ORDER BY _time, transaction_id"
    )


@dataclass(frozen=True)
class Events:
    """Transactions in time order, by column."""

    transaction_id: np.ndarray
    day: np.ndarray  # days since 1970-01-01, UTC
    customer_id: np.ndarray
    fraud: np.ndarray

    def __len__(self) -> int:
        return len(self.day)


def open_transactions(data: Path, threads: int = 2) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": threads})
    quoted = str(data).replace("'", "''")
    connection.execute(f"CREATE VIEW transactions AS SELECT * FROM read_parquet('{quoted}')")
    return connection


def day_number(date: str) -> int:
    return int(np.datetime64(date, "D").astype(int))


def bounds(since: str, until: str) -> dict[str, int]:
    """Both days whole."""
    return {
        "since": day_number(since) * MILLISECONDS["d"],
        "until": (day_number(until) + 1) * MILLISECONDS["d"],
    }


def load_events(connection: duckdb.DuckDBPyConnection, since: str, until: str) -> Events:
    rows = connection.execute(
        "SELECT transaction_id, epoch_ms(occurred_at) // 86400000 AS day, customer_id, fraud FROM transactions "
        "WHERE epoch_ms(occurred_at) >= $since AND epoch_ms(occurred_at) < $until "
        "ORDER BY epoch_ms(occurred_at), transaction_id",
        bounds(since, until),
    ).fetchnumpy()
    return Events(rows["transaction_id"], rows["day"], rows["customer_id"], rows["fraud"].astype(np.int8))


def compute(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, names: Sequence[str], since: str, until: str
) -> np.ndarray:
    """The features as doubles, one row an event of load_events; a missing value is NaN, a boolean 0 or 1."""
    columns = connection.execute(feature_sql(catalogue, names), bounds(since, until)).fetchnumpy()
    arrays = [np.ma.filled(np.ma.asarray(columns[name]).astype(np.float64), np.nan) for name in names]
    return np.column_stack(arrays)
