"""The Fraud Detection Handbook's protocol: which transactions of a test week count, and how scores are measured.

A week is tested after a training week and a week of delay in which labels are still unknown. Cards known as compromised
by then are left out: an issuer would have blocked them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from features import Events

WEEK = 7  # days: of the Handbook's training, of the delay and of the test
TOP_CARDS = 100  # cards that investigators can look at in a day


@dataclass(frozen=True)
class Metrics:
    rocAuc: float
    averagePrecision: float
    cardPrecisionAt100: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}

    def ahead_of(self, other: "Metrics") -> bool:
        return all(ours > theirs for ours, theirs in zip(asdict(self).values(), asdict(other).values(), strict=True))


def between(events: Events, first_day: int, last_day: int) -> np.ndarray:
    """Row mask, both days whole."""
    return (events.day >= first_day) & (events.day <= last_day)


def test_rows(events: Events, test_from: int) -> np.ndarray:
    """Indexes of the tested transactions, as the Handbook's get_train_test_set(7, 7, 7) would pick them."""
    training_from = test_from - 2 * WEEK
    frauds = events.fraud == 1
    known = set(events.customer_id[frauds & between(events, training_from, training_from + WEEK - 1)])
    picked = []
    for day in range(WEEK):
        # In the delay week each day brings the labels of one day more; the first step repeats the last training day.
        known |= set(events.customer_id[frauds & (events.day == training_from + WEEK + day - 1)])
        rows = np.flatnonzero(events.day == test_from + day)
        picked.append(rows[~np.isin(events.customer_id[rows], sorted(known))])
    return np.concatenate(picked)


def card_precision(events: Events, rows: np.ndarray, scores: np.ndarray) -> float:
    """Mean over the days of the share of frauds among the 100 cards with the highest score of the day.

    A card found compromised is not looked at again on the following days.
    """
    found: set[int] = set()
    precisions = []
    for day in np.unique(events.day[rows]):
        of_day = (events.day[rows] == day) & ~np.isin(events.customer_id[rows], sorted(found))
        best: dict[int, float] = {}
        frauds: set[int] = set()
        for row, score in zip(rows[of_day], scores[of_day], strict=True):
            card = int(events.customer_id[row])
            best[card] = max(best.get(card, -np.inf), float(score))
            if events.fraud[row]:
                frauds.add(card)
        top = sorted(best, key=lambda card: (-best[card], card))[:TOP_CARDS]
        detected = frauds.intersection(top)
        precisions.append(len(detected) / TOP_CARDS)
        found |= detected
    return float(np.mean(precisions))


def measure(events: Events, rows: np.ndarray, scores: np.ndarray) -> Metrics:
    labels = events.fraud[rows]
    return Metrics(
        float(roc_auc_score(labels, scores)),
        float(average_precision_score(labels, scores)),
        card_precision(events, rows, scores),
    )


def mean_of(measured: Sequence[Metrics]) -> Metrics:
    return Metrics(*(float(np.mean(column)) for column in zip(*map(astuple, measured), strict=True)))


def best_of(measured: Sequence[Metrics]) -> Metrics:
    """The best of each column, which no single one need have reached."""
    return Metrics(*(max(column) for column in zip(*map(astuple, measured), strict=True)))


def table(results: Mapping[str, Metrics]) -> str:
    width = max(map(len, results))
    lines = [f"{'':{width}}  AUC ROC  average precision  card precision@100"]
    for name, m in results.items():
        lines.append(f"{name:{width}}  {m.rocAuc:7.4f}  {m.averagePrecision:17.4f}  {m.cardPrecisionAt100:18.4f}")
    return "\n".join(lines)
