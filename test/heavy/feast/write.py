"""Writes features into a Redis as users of Feast do: a feature store with entities and feature views, applied, then
written to online. What to write comes as JSON on standard input:
{"redis": "host:port", "folder": "...", "project": "...", "features": [{"name", "type", "value"}],
 "entities": [{"view", "keys": [{"name", "type", "value"}], "rows": "values" | "nulls" (all but the first), "ageHours"}]}
"""

import json
import sys
import warnings
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

warnings.filterwarnings("ignore")

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast import types as feast_types

CONVERT = {
    "Bytes": lambda text: text.encode(),
    "UnixTimestamp": datetime.fromisoformat,
    "Decimal": Decimal,
}


def main() -> None:
    wanted = json.load(sys.stdin)
    folder = Path(wanted["folder"])
    store = FeatureStore(
        config=RepoConfig(
            project=wanted["project"],
            provider="local",
            registry=str(folder / "registry.db"),
            offline_store={"type": "file"},
            online_store={"type": "redis", "connection_string": wanted["redis"]},
            entity_key_serialization_version=3,
        )
    )
    features = {feature["name"]: feature for feature in wanted["features"]}
    # Only batch retrieval reads it, but Feast looks at it.
    source_file = folder / "unused.parquet"
    views = {}
    for row in wanted["entities"]:
        names = [key["name"] for key in row["keys"]]
        if row["view"] in views:
            continue
        frame = pd.DataFrame({"event_timestamp": pd.to_datetime([], utc=True)})
        for name in names:
            frame[name] = []
        frame.to_parquet(source_file)
        entities = [
            Entity(name=f"{row['view']}_{key['name']}", join_keys=[key["name"]], value_type=ValueType[key["type"]])
            for key in row["keys"]
        ]
        schema = [Field(name=key["name"], dtype=getattr(feast_types, key["type"].capitalize())) for key in row["keys"]]
        schema += [Field(name=name, dtype=getattr(feast_types, each["type"])) for name, each in features.items()]
        view = FeatureView(
            name=row["view"],
            entities=entities,
            schema=schema,
            ttl=timedelta(days=1),
            source=FileSource(path=str(source_file), timestamp_field="event_timestamp"),
        )
        store.apply([*entities, view])
        views[row["view"]] = view

    now = datetime.now(timezone.utc)
    for row in wanted["entities"]:
        columns = {key["name"]: [key["value"]] for key in row["keys"]}
        columns["event_timestamp"] = [now - timedelta(hours=row["ageHours"])]
        for at, (name, feature) in enumerate(features.items()):
            convert = CONVERT.get(feature["type"], lambda value: value)
            # Feast writes no row that is all null.
            written = row["rows"] == "values" or at == 0
            value = convert(feature["value"]) if written else None
            columns[name] = pd.Series([value], dtype="object")
        store.write_to_online_store(row["view"], df=pd.DataFrame(columns))


main()
