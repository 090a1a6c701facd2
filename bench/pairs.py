# SPDX-License-Identifier: BSD-2-Clause
"""pairs.py - changes of a round trip, two at a time: together they should add no more than each adds alone.

A cost here is that of the whole round trip; what a change adds is its cost less that of the base, and a
pair's sum is base + what one adds + what the other adds. A pair that is more than SLACK above its sum is a
violation: two changes meet there that have a short way each, and none together.
"""
import collections

SLACK = 0.03
PREFIX = 'pair_'

Pair = collections.namedtuple('Pair', 'a b cost sum')


def split(costs):
    """(base, {change: cost}, [Pair]); costs: {pair_base, pair_A, pair_A+B: instructions}."""
    base = costs[PREFIX + 'base']
    rest = {name[len(PREFIX):]: cost for name, cost in costs.items() if name != PREFIX + 'base'}
    single = {name: cost for name, cost in rest.items() if '+' not in name}
    pairs = []
    for name, cost in rest.items():
        if '+' in name:
            a, b = name.split('+')
            pairs.append(Pair(a, b, cost, single[a] + single[b] - base))
    return base, single, pairs


def violates(pair):
    return pair.cost > pair.sum * (1 + SLACK)


def violations(pairs):
    """The worst first."""
    return sorted(filter(violates, pairs), key=lambda p: p.sum - p.cost)


def matrix(base, single, pairs, number):
    """(head, rows): each change by each other; a cell is text, or (text, class) where the sum is known."""
    cells = {}
    for p in pairs:
        text = '%s (%s)' % (number(p.cost), number(p.sum))
        cells[p.a, p.b] = cells[p.b, p.a] = (text, 'miss' if violates(p) else 'met')
    rows = [['alone'] + [number(cost) for cost in single.values()]]
    rows += [[a] + [cells.get((a, b), '') for b in single] for a in single]
    return ['base: %s' % number(base)] + list(single), rows
