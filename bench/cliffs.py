# SPDX-License-Identifier: BSD-2-Clause
"""cliffs.py - small changes of an operation: what each costs, beside what the operation costs without it.

CLIFFS is the only table of them: name, base, what is changed, and how much the changed operation may cost
(instructions). `cliff_NAME` and `base_BASE` are their figures. Each base is measured in the window of its
changes; bench/guest says which (bench/METHOD.md describes the windows).
"""
import collections
import math

import growth

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

MAP_ITEMS = {2: 900, 3: 1316, 10: 4466}
STRING = 350                    # of each string beyond the first
STRING_64 = 421                 # what the first one takes with it
SLEEPERS = 1.15                 # a timeout among 1,000 others
QUEUE, CLOSED, UNMAP = 460, 500, 450
QUEUED, DERIVED, SEVERAL = (3, 10, 30, 100, 300, 1000), (1, 2, 3, 10, 100), (2, 3, 10)


def logarithmic(target, n):
    """A target that is for up to two; each doubling beyond may add what a logarithmic curve may."""
    return round(target * (1 + growth.DOUBLING * math.log2(max(n, 2) / 2)))


CLIFFS = [
    Cliff('timeout_one', 'rtt', 'the caller has a finite receive timeout', 420),
    Cliff('timeout_both', 'rtt', 'both have', 540),
    Cliff('timeout_one_sleepers', 'rtt', 'the caller has, 1,000 other threads sleep', round(420 * SLEEPERS)),
    Cliff('timeout_both_sleepers', 'rtt', 'both have, 1,000 other threads sleep', round(540 * SLEEPERS)),
    Cliff('sse_one', 'rtt', 'the caller uses a vector register before each call', 450),
    Cliff('sse_both', 'rtt', 'both use one before each message', 500),
    Cliff('redirected_own', 'rtt', "the caller's space has a redirector", 500),
    Cliff('redirected_partner', 'rtt', "the partner's space has", 500),
    Cliff('flag_p', 'rtt', 'the caller sets p, in its own name', 500),
    Cliff('flag_p_both', 'rtt', 'both set p, each in its own name', 500),
    Cliff('flag_reserved', 'rtt', 'the caller sets a reserved flag of the tag', 300),
    Cliff('driver_out', 'rtt', 'the partner writes an I/O port before each answer', 330),
    Cliff('drivers_two', 'rtt', 'such partners in two spaces, in turn', 330),
    Cliff('reply_wait', 'rtt', 'the partner answers and waits by two calls', 450),
    Cliff('notify', 'rtt', 'the partner sends to a third thread, of its priority, before each answer', 410),
    Cliff('two_servers', 'rtt', 'two partners in two spaces, in turn', 320),
    Cliff('anylocal', 'same', 'the partner receives from anylocalthread', 280),
    Cliff('lipc', 'same', 'both use Lipc and local ids', 180),
    Cliff('same_ports', 'same', 'the space has just used an I/O port', 200),
    Cliff('split_lower', 'split', 'the partner has a lower priority', 900),
    Cliff('split_higher', 'split', 'the partner has a higher priority', 900),
    Cliff('queue_timeout', 'queue', 'the clients have a finite receive timeout', 640),
] + [
    Cliff('queue_%d' % n, 'queue', '%d clients' % n, QUEUE) for n in QUEUED
] + [
    Cliff('queue_closed_%d' % n, 'queue', 'receive from the last of %d' % n, CLOSED) for n in QUEUED
] + [
    Cliff('words_63_c', 'words_63', 'by the C path (`fastpath=c`)', 540),
    Cliff('map_isolated', 'map', 'to a place with nothing beside it', 900),
    Cliff('map_region', 'map', 'to the first page of 2 MiB that have no page table there', 1900),
    Cliff('map_again', 'map', 'the same page, already there', 700),
    Cliff('map_over', 'map', 'to where another page is', 1200),
] + [
    Cliff('map_items_%d' % n, 'map', '%d items' % n, target) for n, target in MAP_ITEMS.items()
] + [
    Cliff('map_grant', 'map', 'a grant item', 900),
    Cliff('unmap_items_2', 'unmap', 'two fpages in one call', 750),
] + [
    Cliff('unmap_of_%d' % n, 'unmap', 'extents derived from its extent: %d, one of them affected' % n,
          logarithmic(UNMAP, n)) for n in DERIVED
] + [
    Cliff('flush_of_%d' % n, 'flush', 'extents derived from its extent: %d, one of them affected' % n,
          logarithmic(UNMAP, n)) for n in DERIVED
] + [
    Cliff('unmap_w', 'flush', 'Unmap of W only, without flush', 600),
    Cliff('flush_w', 'flush', 'flush of W only', 600),
    Cliff('status', 'flush', 'status of what was mapped on: no rights, without flush', 600),
    Cliff('status_own', 'flush', 'own status: flush of no rights', 600),
    Cliff('pf_scattered', 'pf', 'every ninth page: beside no other that is mapped', 1200),
    Cliff('pf_replaced', 'pf', 'a page of 64 KiB that were mapped at once was replaced before', 650),
    Cliff('string_0', 'string_64', '0 bytes', 450),
    Cliff('string_word', 'string_64', 'and an untyped word', 500),
] + [
    Cliff('strings_%d' % n, 'string_64', '%d strings' % n, STRING_64 + STRING * (n - 1)) for n in SEVERAL
] + [
    Cliff('string_page_end', 'string_64', 'the source crosses the end of a page', 800),
    Cliff('string_substrings_2', 'string_64', 'two substrings of 32 bytes', 900),
    Cliff('string_timeout', 'string_64', 'the caller has a finite receive timeout', 700),
    Cliff('string_4k_by_1', 'string_4k', 'the source is 1 byte behind a page', 1300),
    Cliff('string_4k_by_8', 'string_4k', 'the source is 8 bytes behind a page', 1300),
    Cliff('create_new', 'create', 'new slots one after the other; the mean', 900),
]


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


def table(values, number):
    """(head, rows of text), in the order of CLIFFS."""
    rows = []
    for c in CLIFFS:
        base, now = values[base_figure(c.base)], values[figure(c)]
        verdict = 'met' if now <= c.target else 'missed by %s' % number(now - c.target)
        base_text = '%s: %s' % (base_figure(c.base), BASES[c.base])
        rows.append([base_text, number(base), figure(c), c.text, number(now), number(c.target),
                     '%.1f' % (now / base), verdict])
    return ['base', 'base costs', 'figure', 'change', 'now', 'target', 'times the base', ''], rows
