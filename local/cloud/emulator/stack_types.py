"""What the stack of a stage for AWS has and MiniStack's CloudFormation cannot make.

A budget is kept by MiniStack's own Budgets. An alarm on a sum of metrics is kept as one on the sum's first
metric: no alarm is ever raised here.
"""

import json

from ministack.services import budgets


def _create_budget(_logical_id, properties, _stack):
    status, _headers, body = budgets._create_budget(properties)
    if status != 200:
        raise ValueError(json.loads(body)["message"])
    return properties["Budget"]["BudgetName"], {}


def _delete_budget(name, _properties):
    budgets._delete_budget({"BudgetName": name})


BUDGET = {"create": _create_budget, "delete": _delete_budget}


def with_first_metric(record):
    """Wrap how MiniStack reads an alarm's properties."""

    def record_with_first_metric(name, properties):
        measured = [each["MetricStat"] for each in properties.get("Metrics") or [] if "MetricStat" in each]
        if not measured:
            return record(name, properties)
        first = measured[0]
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        return record(
            name, {**plain, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
        )

    return record_with_first_metric
