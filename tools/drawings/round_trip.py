# SPDX-License-Identifier: BSD-2-Clause
"""round_trip.py - a round trip of short IPC beside other kernels: docs/demos/pingpong.md, which is what the
tour prints, and bench/arch/x86_64/PEERS.md.
"""
import re

import peers
import place
from drawings.common import EDGE, MACHINE, WIDTH, draw_head, made_from, read, refused
from picture import Picture, scale, ticks, wrapped

DEMO = 'docs/demos/pingpong.md'
ROW, ROUND_LEFT, ROUND_TOP, BAR = 'ipc_rtt_cross_0', 300, 70, 18
CUT = 1200			# a longer bar is cut there, and its text says so
# What the figures of a cell of PEERS.md are, where it has more than one; the first number of a cell may be a
# range. Its note says this of Pistachio's.
FIGURES = {'Pistachio': ('call against call (1)', 'call against reply-and-wait')}
FIGURE = re.compile(r'~?(\d[\d,]*\d|\d)(?:\u2013(\d[\d,]*))?(?: \(([^)]*)\))?(?:, |$)')


def bars_of(kernel, cell):
    """[(text, low, high)] of a cell of PEERS.md."""
    found = [[part.strip() for part in m] for m in FIGURE.findall(cell)]
    names = FIGURES.get(kernel, [note for _, _, note in found])
    if not found or len(names) != len(found):
        raise SystemExit('pictures: %s has %d figures of %s, not %d: %s' % (
            'PEERS.md', len(found), kernel, len(names), cell))
    numbers = [[int(n.replace(',', '')) for n in (low, high or low)] for low, high, _ in found]
    return [(kernel + (', ' + name if name else ''), *pair) for name, pair in zip(names, numbers)]


def round_trips():
    """[(text, low, high)], Pecan's first: that of a program, its loop included, as the others' are."""
    row = next(r for r in peers.read_rows(place.path('PEERS.md', MACHINE)) if r.figure == ROW)
    own = re.search(r'between address spaces, +0 words: +(\d+)', read(DEMO)).group(1)
    others = [bar for kernel, (_, cell) in row.peers.items() for bar in bars_of(kernel, cell)]
    return [('Pecan', int(own), int(own))] + sorted(others, key=lambda bar: bar[1])


def draw_bar(picture, y, x, bar):
    """A bar with its name and number; a range has a paler end, what is cut a gap."""
    text, low, high = bar
    own, cut = text == 'Pecan', high > CUT
    picture.text(ROUND_LEFT - 10, y + 13.5, text, 'name' if own else 'plain', anchor='end')
    picture.box(ROUND_LEFT, y, x(min(low, CUT)) - ROUND_LEFT, BAR, 'own' if own else 'other', round_by=2)
    if high > low:
        picture.box(x(low), y, x(high) - x(low), BAR, 'pale', round_by=2)
    if cut:
        picture.box(x(CUT) - 24, y - 1, 5, BAR + 2, 'paper', round_by=0)
        picture.box(x(CUT) - 14, y - 1, 5, BAR + 2, 'paper', round_by=0)
    value = '{:,}'.format(low) + (' to {:,}'.format(high) if high > low else ', cut' if cut else '')
    picture.text(x(min(high, CUT)) + 8, y + 13.5, value, 'name' if own else 'plain')


ROUND_NOTES = (
    'Call and answer without words, all counted on the same emulated machine, the loops and stubs of both '
    'programs included. The operations are the closest that each kernel has; Linux\'s is that of two threads '
    'and a futex or a pipe.',
    '(1) By a path between two closed waits, which delivers to the wrong waits and loses message registers '
    "in some cases. The pair that corresponds to Pecan's is call against reply-and-wait.")


def draw(bars=None):
    bars = bars or round_trips()
    picture = Picture('A round trip of short IPC between two spaces, in instructions, beside other kernels',
                      WIDTH)
    x, step = scale(0, CUT, ROUND_LEFT, WIDTH - 100), BAR + 10
    bottom = ROUND_TOP + len(bars) * step
    draw_head(picture, 'A round trip between two address spaces',
              'instructions on x86-64, kernel and user code; shorter is better')
    for tick in ticks(0, CUT):
        picture.line(x(tick), bottom, x(tick), bottom + 4, 'edge')
        picture.text(x(tick), bottom + 17, '{:,.0f}'.format(tick), 'small', 'soft', anchor='middle')
    picture.line(ROUND_LEFT, bottom, x(CUT), bottom, 'edge')
    for i, bar in enumerate(bars):
        draw_bar(picture, ROUND_TOP + i * step, x, bar)
    notes = [line for note in ROUND_NOTES for line in wrapped(note.split(), WIDTH - 2 * EDGE - 40)]
    for i, line in enumerate(notes):
        picture.text(EDGE, bottom + 44 + 17 * i, line, 'soft')
    return picture.svg(bottom + 40 + 17 * len(notes), made_from('bench/arch/x86_64/PEERS.md', DEMO))


def planted():
    bars = round_trips()
    return [
        ('another figure', draw([('Pecan', 170, 170)] + bars[1:]) != draw(bars)),
        ('cells of PEERS.md', bars_of('Pistachio', '200\u2013219 (2), 1,416')[0][1:] == (200, 219)
         and bars_of('Linux', '10,500 (futex), 9 (pipe)')[1] == ('Linux, pipe', 9, 9)),
        ('a cell with a figure more', refused(bars_of, 'Pistachio', '1, 2, 3')),
    ]
