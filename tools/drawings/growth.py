# SPDX-License-Identifier: BSD-2-Clause
"""growth.py - what operations cost where there are many of something: docs/pictures/growth.tsv, which
make bench-accept writes, with the names and verdicts of bench/growth.py.
"""
import math
import re

import growth
from drawings.common import EDGE, FOLDER, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, scale, ticks, width_of, wrapped

POINTS = FOLDER + '/growth.tsv'
COLUMNS, GAP, TOP_Y = 5, 14, 66
PANEL = (WIDTH - 2 * EDGE + GAP) / COLUMNS - GAP
PLOT_LEFT, PLOT, LINE, BELOW, DOT = 36, 84, 15, 54, 6


def read_points(text):
    """{curve: [(n, cost)]}, in the order of growth.CURVES."""
    found = {c.name: [] for c in growth.CURVES}
    for line in text.splitlines():
        point = re.fullmatch(r'curve_(\w+)_(\d+)\t(\d+(?:\.\d+)?)', line)
        if point and point.group(1) in found:
            found[point.group(1)].append((int(point.group(2)), float(point.group(3))))
        elif not line.startswith('#'):
            raise SystemExit('pictures: %s: "%s" is no point of a curve of bench/growth.py' % (POINTS, line))
    for name, some in found.items():
        if len(some) < 3 or some != sorted(some):
            raise SystemExit('pictures: %s has no three points of %s in rising order' % (POINTS, name))
    return found


def verdict_of(curve, points):
    """(is it flat, what the panel says)."""
    verdict = growth.judge(points, curve.moved)
    some = points
    if verdict.startswith('flat from'):
        some = [p for p in points if p[0] >= growth.flat_from(points)]
    low, high = ('{:,.0f}'.format(f(cost for _, cost in some)) for f in (min, max))
    what = {'per unit': 'in proportion'}.get(verdict, verdict)
    return verdict.startswith('flat'), '%s: %s' % (what, low if low == high else '%s to %s' % (low, high))


def labels_of(ns, x, log):
    """Those n that have a label: the ends, and round ones between them where there is room."""
    between = [10 ** i for i in range(1, 6)] if log else ticks(ns[0], ns[-1])
    chosen = [ns[0], ns[-1]]
    for n in between:
        def room(other, n=n):
            both = width_of('{:,}{:,}'.format(int(n), int(other)), 'small')
            return abs(x(n) - x(other)) > both / 2 + 6
        if ns[0] < n < ns[-1] and all(map(room, chosen)):
            chosen.append(int(n))
    return chosen


def draw_plot(picture, left, top, curve, points):
    """The points of a curve, cost from 0, n by its logarithm where it does not begin at 0."""
    ns, log = [n for n, _ in points], points[0][0] > 0
    across = scale(*(math.log10(n) if log else n for n in (ns[0], ns[-1])), left + PLOT_LEFT + 4,
                   left + PANEL - 8)
    y = scale(0, max(cost for _, cost in points) * 1.1, top + PLOT, top)

    def x(n):
        return across(math.log10(n) if log else n)

    levels = ticks(0, max(cost for _, cost in points) * 1.1)
    for level in levels[::2] if len(levels) > 4 else levels:
        picture.line(left + PLOT_LEFT, y(level), left + PANEL, y(level), 'grid' if level else 'edge')
        picture.text(left + PLOT_LEFT - 5, y(level) + 4, '{:,.0f}'.format(level), 'small', 'soft',
                     anchor='end')
    for n in labels_of(ns, x, log):
        picture.line(x(n), top + PLOT, x(n), top + PLOT + 4, 'edge')
        picture.text(x(n), top + PLOT + 16, '{:,}'.format(n), 'small', 'soft', anchor='middle')
    for (n, cost), (m, other) in zip(points, points[1:]):
        picture.line(x(n), y(cost), x(m), y(other))
    colour, last = 'other' if verdict_of(curve, points)[0] else 'own', -DOT
    for n, cost in points:
        if x(n) > last + DOT:		# dots that would overlap are left out
            picture.box(x(n) - DOT / 2, y(cost) - DOT / 2, DOT, DOT, colour, round_by=DOT / 2)
            last = x(n)
    picture.text(left + PLOT_LEFT, top + PLOT + 33, curve.axis, 'small')


def draw_panel(picture, left, top, lines, curve, points):
    """The name of the operation in so many lines, the verdict, the plot."""
    own = wrapped(curve.text.split(), PANEL, 'name')
    for i, line in enumerate(own):
        picture.text(left, top + 12 + LINE * (lines - len(own) + i), line, 'name')
    picture.text(left, top + 12 + LINE * lines, verdict_of(curve, points)[1], 'plain', 'soft')
    draw_plot(picture, left, top + LINE * lines + 30, curve, points)


VERDICTS = (
    ('flat', 'no point is more than %d %% above the first, or above the one from which on it is flat'
     % (100 * growth.FLAT)),
    ('logarithmic', 'a doubling of n adds at most %d %% of the first point'
     % round(100 * (growth.DOUBLING + growth.FLAT / 2))),
    ('in proportion', 'to what is moved'))
NOTE = ('Each plot begins at 0 instructions; n is what stands below it, on a logarithmic scale, words on a '
        'linear one. With one sender its message is received at once, so none is queued.')


def draw_verdicts(picture, left, y):
    """What the words of the panels mean."""
    for word, text in VERDICTS:
        picture.text(left, y, word, 'name')
        lines = wrapped(text.split(), PANEL, 'small')
        for i, line in enumerate(lines):
            picture.text(left, y + LINE * (i + 1), line, 'small', 'soft')
        y += LINE * len(lines) + 27


def draw(text=None):
    curves = read_points(text or read(POINTS))
    flat = sum(verdict_of(c, curves[c.name])[0] for c in growth.CURVES)
    picture = Picture('What operations cost where there are many threads, spaces, mappings or timeouts',
                      WIDTH)
    draw_head(picture, 'What operations cost where there are many of something',
              'instructions on x86-64, kernel and user code; %d of %d curves are flat, the others are red'
              % (flat, len(curves)))
    y, cells = TOP_Y, list(growth.CURVES) + [None]
    for first in range(0, len(cells), COLUMNS):
        row = [c for c in cells[first:first + COLUMNS] if c]
        lines = max([0] + [len(wrapped(c.text.split(), PANEL, 'name')) for c in row])
        for i, curve in enumerate(cells[first:first + COLUMNS]):
            left = EDGE + i * (PANEL + GAP)
            if curve:
                draw_panel(picture, left, y, lines, curve, curves[curve.name])
            else:
                draw_verdicts(picture, left, y + 12)
        y += LINE * lines + 30 + PLOT + BELOW
    return picture.svg(draw_notes(picture, y - 6, NOTE), made_from(POINTS, 'bench/growth.py'))


def planted():
    text = read(POINTS)
    more = re.sub(r'^(curve_rtt_threads_10000\t)', r'\g<1>9', text, flags=re.M)
    threads = next(c for c in growth.CURVES if c.name == 'rtt_threads')
    return [
        ('a curve that grows', draw(more) != draw(text)),
        ('a curve that is no longer flat', not verdict_of(threads, read_points(more)[threads.name])[0]),
        ('a curve without points', refused(read_points, re.sub(r'curve_rtt_spaces_.*\n', '', text))),
        ('a curve that is not known', refused(read_points, text + 'curve_new_1\t5\n')),
        ('a line that is no point', refused(read_points, text + 'curve_rtt_spaces_1\tmany\n')),
        ('points in another order', refused(read_points, text + 'curve_rtt_spaces_1\t5\n')),
    ]
