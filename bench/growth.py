# SPDX-License-Identifier: BSD-2-Clause
"""growth.py - is a curve flat, logarithmic, in proportion to what is moved, or does it grow?

A curve is a list of (n, cost), n rising. Flat: no cost is more than FLAT above the first one. Flat from n
on: the same of at least three points that span a factor SPAN. Logarithmic: what a doubling of n adds is at
most DOUBLING of the first cost, and does not rise towards the end: a cost that is linear in n, however
small its slope, adds ten times as much in each decade. Per unit, for curves over what an operation moves:
no point costs more than the dearest before it by more than twice the average of each step between them and
CLIFF of the first cost: what one point saves, the next may lose again.
"""
import collections
import math

FLAT, DOUBLING, ACCELERATION, SPAN, CLIFF = 0.02, 0.05, 3, 10, 0.05

Curve = collections.namedtuple('Curve', 'name axis text moved')

CURVES = [
    Curve('rtt_words', 'words', 'round trip to another space', True),
    Curve('rtt_threads', 'threads', 'round trip to another space', False),
    Curve('cycle_threads', 'threads', 'create and delete a thread', False),
    Curve('rtt_spaces', 'spaces', 'round trip to another space', False),
    Curve('cycle_spaces', 'spaces', 'create and delete a space', False),
    Curve('map_mappings', 'mappings of the page', 'map it once more', False),
    Curve('map_flush_mappings', 'mappings of another page', 'map and flush a page', False),
    Curve('flush_mappings', 'mappings of the page', 'flush it, per mapping', False),
    Curve('queue_any', 'queued senders', 'reply and receive from the first', False),
    Curve('queue_closed', 'queued senders', 'reply and receive from the last', False),
    Curve('timeout_near', 'timeouts', 'round trip with a timeout before all others', False),
    Curve('timeout_far', 'timeouts', 'round trip with a timeout after all others', False),
    Curve('rtt_priorities', 'priorities with ready threads', 'round trip to another space', False),
    Curve('split_priorities', 'priorities with ready threads', 'send, receive, send back, receive', False),
]


def is_flat(points):
    return all(cost <= points[0][1] * (1 + FLAT) for _, cost in points)


def flat_from(points):
    """The n from which on the curve is flat, or None."""
    for i in range(1, len(points) - 2):
        if points[-1][0] >= SPAN * points[i][0] and is_flat(points[i:]):
            return points[i][0]
    return None


def rises(points):
    """What a doubling adds between each point and the next (or one more, for n that may be 0)."""
    return [(b - a) / math.log2(n / m) for (m, a), (n, b) in zip(points, points[1:])]


def is_logarithmic(points):
    first, steps = points[0][1], rises(points)
    slack = FLAT * first / 2
    return max(steps) <= DOUBLING * first + slack and \
        steps[-1] <= ACCELERATION * max([0] + steps[:-1]) + slack and \
        points[-1][1] <= first * (1 + FLAT + DOUBLING * math.log2(points[-1][0] / points[0][0]))


def is_per_unit(points):
    mean = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
    dearest = points[0][1]
    for (m, _), (n, cost) in zip(points, points[1:]):
        if cost > dearest + 2 * mean * (n - m) + CLIFF * points[0][1]:
            return False
        dearest = max(dearest, cost)
    return mean >= 0


def judge(points, moved):
    """'flat', 'flat from N', 'logarithmic', 'per unit' or 'grows'."""
    if is_flat(points):
        return 'flat'
    if moved:
        return 'per unit' if is_per_unit(points) else 'grows'
    if is_logarithmic(points):
        return 'logarithmic'
    return 'flat from %d' % flat_from(points) if flat_from(points) else 'grows'
