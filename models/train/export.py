"""Writes a LightGBM booster as an ONNX graph that gives the same scores.

The graph is written node by node instead of by a converter, because two things must be exact: comparisons of float32
inputs with LightGBM's double thresholds, and the way a missing value (NaN) takes.
"""

from typing import Any

import lightgbm as lgb
import numpy as np
import onnx
from onnx import TensorProto, helper

OPSET = {"ai.onnx": 17, "ai.onnx.ml": 3}
IR_VERSION = 8  # the one that belongs to opset 17
INPUT, OUTPUT = "features", "probabilities"

Node = dict[str, Any]


def threshold32(threshold: float) -> float:
    """The largest float32 not above the threshold: `x <= threshold` is then unchanged for every float32 x."""
    with np.errstate(over="ignore"):
        rounded = np.float32(threshold)
    if float(rounded) > threshold:
        rounded = np.nextafter(rounded, np.float32(-np.inf))
    return float(rounded)


def missing_goes_left(node: Node) -> bool:
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    if node["missing_type"] == "None":
        return bool(node["threshold"] >= 0)  # LightGBM then reads NaN as 0
    raise ValueError(f"missing_type {node['missing_type']} is not supported")


class _Ensemble:
    """The attributes of a TreeEnsembleRegressor, filled node by node."""

    def __init__(self) -> None:
        self.nodes: dict[str, list[Any]] = {
            f"nodes_{part}": []
            for part in (
                "treeids",
                "nodeids",
                "featureids",
                "values",
                "modes",
                "truenodeids",
                "falsenodeids",
                "missing_value_tracks_true",
            )
        }
        self.targets: dict[str, list[Any]] = {f"target_{part}": [] for part in ("treeids", "nodeids", "ids", "weights")}

    def add_tree(self, tree: int, root: Node) -> None:
        pending, count = [(0, root)], 1
        while pending:
            number, node = pending.pop()
            if "leaf_value" in node:
                self._add_node(tree, number, 0, 0.0, "LEAF", 0, 0, False)
                for part, value in (
                    ("treeids", tree),
                    ("nodeids", number),
                    ("ids", 0),
                    ("weights", node["leaf_value"]),
                ):
                    self.targets[f"target_{part}"].append(value)
                continue
            if node["decision_type"] != "<=":
                raise ValueError(f"decision {node['decision_type']} is not supported")
            left, right = count, count + 1
            count += 2
            threshold = threshold32(node["threshold"])
            self._add_node(
                tree, number, node["split_feature"], threshold, "BRANCH_LEQ", left, right, missing_goes_left(node)
            )
            pending += [(right, node["right_child"]), (left, node["left_child"])]

    def _add_node(
        self, tree: int, number: int, feature: int, value: float, mode: str, left: int, right: int, missing_left: bool
    ) -> None:
        values = (tree, number, feature, value, mode, left, right, int(missing_left))
        for column, item in zip(self.nodes.values(), values, strict=True):
            column.append(item)


def to_onnx(booster: lgb.Booster) -> onnx.ModelProto:
    """Input `features` [rows, inputs] float32; output `probabilities` [rows, 1], the probability of fraud."""
    dump = booster.dump_model()
    if not dump["objective"].startswith("binary sigmoid:1"):
        raise ValueError(f"objective {dump['objective']} is not supported")
    ensemble = _Ensemble()
    for tree in dump["tree_info"]:
        ensemble.add_tree(tree["tree_index"], tree["tree_structure"])
    trees = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        ["raw"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        **ensemble.nodes,
        **ensemble.targets,
    )
    graph = helper.make_graph(
        [trees, helper.make_node("Sigmoid", ["raw"], [OUTPUT])],
        "card-fraud",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["rows", booster.num_feature()])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["rows", 1])],
    )
    opsets = [helper.make_opsetid("" if domain == "ai.onnx" else domain, version) for domain, version in OPSET.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="verdict")
    onnx.checker.check_model(model)
    return model
