# SPDX-License-Identifier: BSD-2-Clause
"""cliffs.py - small changes of an operation: what each costs, beside what the operation costs without it.

CHANGES is the only table of them: name, base, and what is changed. How many instructions the changed
operation may cost stands in the machine's file `cliffs` (place.py). `cliff_NAME` and `base_BASE`
are their figures. Each base is measured in the window of its changes; bench/guest says which (bench/METHOD.md
describes the windows).
"""
import collections

import place

Cliff = collections.namedtuple('Cliff', 'name base text target')

BASES = {
    'rtt': 'round trip across spaces, no words',
    'same': 'round trip inside one space, no words',
    'split': 'send alone and receive alone across spaces, both messages',
    'queue': 'reply and receive from the first of a queue, 2 clients',
    'words_63': 'round trip across spaces, 63 words',
    'map': 'round trip that maps a page beside others',
    'unmap': 'unmap of that page',
    'flush': 'flush of that page, mapped on once',
    'pf': 'page fault, the pager maps a page beside others',
    'string_64': 'round trip with a string of 64 bytes',
    'string_4k': 'round trip with a string of 4 KiB',
    'create': 'create a thread in the slot of one that was deleted',
}

QUEUED, DERIVED, SEVERAL, ITEMS = (3, 10, 30, 100, 300, 1000), (1, 2, 3, 10, 100), (2, 3, 10), (2, 3, 10)


def read_targets(path=place.path('cliffs')):
    """{name: how much the changed operation may cost on this machine}."""
    with open(path, encoding='ascii') as f:
        lines = [line.split() for line in f if line.strip() and line[0] != '#']
    return {name: int(target) for name, target in lines}


TARGETS = read_targets()

CHANGES = [
    ('timeout_one', 'rtt', 'the caller has a finite receive timeout'),
    ('timeout_both', 'rtt', 'both have'),
    ('timeout_one_sleepers', 'rtt', 'the caller has, 1,000 other threads sleep'),
    ('timeout_both_sleepers', 'rtt', 'both have, 1,000 other threads sleep'),
    ('timeout_one_below', 'rtt', 'the caller has, the timeouts of 1,000 threads below are over'),
    ('timeout_both_below', 'rtt', 'both have, the timeouts of 1,000 threads below are over'),
    ('sse_one', 'rtt', 'the caller uses a vector register before each call'),
    ('sse_both', 'rtt', 'both use one before each message'),
    ('redirected_own', 'rtt', "the caller's space has a redirector"),
    ('redirected_partner', 'rtt', "the partner's space has"),
    ('flag_p', 'rtt', 'the caller sets p, in its own name'),
    ('flag_p_both', 'rtt', 'both set p, each in its own name'),
    ('flag_reserved', 'rtt', 'the caller sets a reserved flag of the tag'),
    ('driver_out', 'rtt', 'the partner writes an I/O port before each answer'),
    ('drivers_two', 'rtt', 'such partners in two spaces, in turn'),
    ('reply_wait', 'rtt', 'the partner answers and waits by two calls'),
    ('notify', 'rtt', 'the partner sends to a third thread, of its priority, before each answer'),
    ('rtt_equal', 'rtt', 'an equal of both is ready, on the slice of a thread above'),
    ('two_servers', 'rtt', 'two partners in two spaces, in turn'),
    ('anylocal', 'same', 'the partner receives from anylocalthread'),
    ('lipc', 'same', 'both use Lipc and local ids'),
    ('same_ports', 'same', 'the space has just used an I/O port'),
    ('split_lower', 'split', 'the partner has a lower priority'),
    ('split_higher', 'split', 'the partner has a higher priority'),
    ('queue_timeout', 'queue', 'the clients have a finite receive timeout'),
    ('queue_both', 'queue', 'and a finite send timeout'),
] + [
    ('queue_%d' % n, 'queue', '%d clients' % n) for n in QUEUED
] + [
    ('queue_closed_%d' % n, 'queue', 'receive from the last of %d' % n) for n in QUEUED
] + [
    ('words_63_c', 'words_63', 'by the C path (`fastpath=c`)'),
    ('map_isolated', 'map', 'to a place with nothing beside it'),
    ('map_region', 'map', 'to the first page of 2 MiB that have no page table there'),
    ('map_again', 'map', 'the same page, already there'),
    ('map_over', 'map', 'to where another page is'),
] + [
    ('map_items_%d' % n, 'map', '%d items' % n) for n in ITEMS
] + [
    ('map_grant', 'map', 'a grant item'),
    ('unmap_items_2', 'unmap', 'two fpages in one call'),
    ('unmap_items_8', 'unmap', 'eight fpages in one call'),
    ('unmap_of_4_apart', 'unmap', 'of four pages in one fpage, each mapped to an isolated place'),
] + [
    ('unmap_of_%d' % n, 'unmap', 'extents derived from its extent: %d, one of them affected' % n)
    for n in DERIVED
] + [
    ('flush_of_%d' % n, 'flush', 'extents derived from its extent: %d, one of them affected' % n)
    for n in DERIVED
] + [
    ('unmap_w', 'flush', 'Unmap of W only, without flush'),
    ('flush_w', 'flush', 'flush of W only'),
    ('flush_chain', 'flush', 'of a chain of 32 mappings; for each of them'),
    ('status', 'flush', 'status of what was mapped on: no rights, without flush'),
    ('status_8', 'flush', 'the same of eight fpages in one call'),
    ('status_own', 'flush', 'own status: flush of no rights'),
    ('pf_64k', 'pf', 'answered with 64 KiB'),
    ('pf_scattered', 'pf', 'every ninth page: beside no other that is mapped'),
    ('pf_replaced', 'pf', 'a page of 64 KiB that were mapped at once was replaced before'),
    ('string_0', 'string_64', '0 bytes'),
    ('string_word', 'string_64', 'and an untyped word'),
] + [
    ('strings_%d' % n, 'string_64', '%d strings' % n) for n in SEVERAL
] + [
    ('string_page_end', 'string_64', 'the source crosses the end of a page'),
    ('string_substrings_2', 'string_64', 'two substrings of 32 bytes'),
    ('string_timeout', 'string_64', 'the caller has a finite receive timeout'),
    ('string_4k_by_1', 'string_4k', 'the source is 1 byte behind a page'),
    ('string_4k_by_8', 'string_4k', 'the source is 8 bytes behind a page'),
    ('create_new', 'create', 'new slots one after the other; the mean'),
]
CLIFFS = [Cliff(*change, TARGETS.get(change[0])) for change in CHANGES]


def wrong(targets, machine):
    """Sentences: the cliffs without a target, as what has none may cost anything, and targets of no cliff."""
    found = ['cliff_%s has no target in bench/arch/%s/cliffs' % (name, machine)
             for name, *_ in CHANGES if name not in targets]
    known = {change[0] for change in CHANGES}
    return found + ['bench/arch/%s/cliffs has a target of %s, which is no cliff' % (machine, name)
                    for name in targets if name not in known]


def figure(cliff):
    return 'cliff_' + cliff.name


def base_figure(base):
    return 'base_' + base


def names():
    """All figures of this file, in their order."""
    return [base_figure(b) for b in BASES] + [figure(c) for c in CLIFFS]


def measured(costs, figures, curves):
    """{figure: instructions}. costs: {name as bench/guest says it: value}; figures: {row: value}."""
    found = {n if n.startswith('base_') else 'cliff_' + n: cost for n, cost in costs.items()}
    anyone, closed = dict(curves['queue_any']), dict(curves['queue_closed'])
    found['base_queue'] = anyone[2]
    for n in QUEUED:
        found['cliff_queue_%d' % n], found['cliff_queue_closed_%d' % n] = anyone[n], closed[n]
    found['base_words_63'] = figures['ipc_rtt_cross_63']
    found['cliff_words_63_c'] = figures['ipc_rtt_cross_63_c']
    return {name: found[name] for name in names() if name in found}


def verdict_of(now, target, number):
    if target is None:
        return 'no target'
    return 'met' if now <= target else 'missed by %s' % number(now - target)


def table(values, number):
    """(head, rows of text), in the order of CLIFFS."""
    rows = []
    for c in CLIFFS:
        base, now = values[base_figure(c.base)], values[figure(c)]
        target = '' if c.target is None else number(c.target)
        verdict = verdict_of(now, c.target, number)
        base_text = '%s: %s' % (base_figure(c.base), BASES[c.base])
        rows.append([base_text, number(base), figure(c), c.text, number(now), target,
                     '%.1f' % (now / base), verdict])
    return ['base', 'base costs', 'figure', 'change', 'now', 'target', 'times the base', ''], rows
