"""Metrics that a function prints: CloudWatch takes them from its log (user guide, "Embedded metric format")."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend

_MARK = '{"_aws"'


def put_embedded(account: str, region: str, lines: Iterable[str]) -> None:
    """Gives moto the metrics in these lines of a log; a line that is none is passed over."""
    cloudwatch = get_backend("cloudwatch")[account][region]
    for line in lines:
        if line.startswith(_MARK):
            for namespace, data in _metrics(json.loads(line)):
                cloudwatch.put_metric_data(namespace, data)


def _metrics(document: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    at = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC).replace(tzinfo=None)  # as moto keeps it
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = [{"Name": name, "Value": str(document[name])} for name in names]
            yield (
                directive["Namespace"],
                [
                    {
                        "MetricName": metric["Name"],
                        "Value": float(document[metric["Name"]]),
                        "Unit": metric.get("Unit"),
                        "Dimensions": dimensions,
                        "Timestamp": at,
                    }
                    for metric in directive["Metrics"]
                ],
            )
