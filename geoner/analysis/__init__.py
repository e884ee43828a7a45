"""What lies behind the figures of a report: how sure they are, which errors, whether the scores
mean what they say, and whether one model is really better than another."""

from geoner.analysis.bootstrap import Comparison, breakdown, compare, intervals
from geoner.analysis.errors import (
    BOTH,
    BOUNDARY,
    EXTRA,
    KINDS,
    MISSED,
    TYPE,
    Change,
    Error,
    changes,
    count_errors,
    find_errors,
    semeval,
)
from geoner.analysis.scores import (
    Bin,
    Point,
    by_min_score,
    judged_scores,
    reliability,
    reliability_of,
)
from geoner.analysis.spans import MICRO, labels_in

__all__ = [
    "BOTH",
    "BOUNDARY",
    "EXTRA",
    "KINDS",
    "MICRO",
    "MISSED",
    "TYPE",
    "Bin",
    "Change",
    "Comparison",
    "Error",
    "Point",
    "breakdown",
    "by_min_score",
    "changes",
    "compare",
    "count_errors",
    "find_errors",
    "intervals",
    "judged_scores",
    "labels_in",
    "reliability",
    "reliability_of",
    "semeval",
]
