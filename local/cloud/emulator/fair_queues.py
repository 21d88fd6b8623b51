"""A standard queue whose messages have groups is fair, as on AWS. MiniStack's goes by the order of sending.

A group with more than a tenth of the messages in flight is noisy, and messages of other groups come before
its own; among noisy groups, the one with the fewest messages in flight comes first. (SQS's second measure, a
tenth of the consumers' time, comes to the same in a queue that is always worked on.) A message without a
group is one of its own.
"""

import time
from collections import defaultdict, deque

NOISY_SHARE = 0.1


def fair(collect):
    """Wrap how MiniStack chooses the messages of a receive."""

    def collect_fairly(queue, most, visibility_timeout):
        if queue["is_fifo"] or not any(message.get("group_id") for message in queue["messages"]):
            return collect(queue, most, visibility_timeout)
        chosen = first_in_turn(queue["messages"], most, time.time())
        return collect({**queue, "messages": chosen}, most, visibility_timeout)

    return collect_fairly


def first_in_turn(messages, most, now):
    """The messages whose turn it is, at most so many."""
    waiting, in_flight = defaultdict(deque), defaultdict(int)
    for place, message in enumerate(messages):
        group = message.get("group_id") or message["id"]
        if message["visible_at"] <= now:
            waiting[group].append((place, message))
        else:
            in_flight[group] += 1
    total = sum(in_flight.values())
    chosen = []
    while waiting and len(chosen) < most:
        group = min(waiting, key=lambda name: _turn(in_flight[name], total, waiting[name][0][0]))
        chosen.append(waiting[group].popleft()[1])
        in_flight[group] += 1
        total += 1
        if not waiting[group]:
            del waiting[group]
    return chosen


def _turn(in_flight, total, place):
    """Sorts groups: quiet ones by their first message, noisy ones by how much of them is in flight."""
    return (1, in_flight, place) if in_flight > total * NOISY_SHARE else (0, 0, place)
