# SPDX-License-Identifier: BSD-2-Clause
"""waits.py - the longest wait of an interrupt in each long operation beside the whole operation, from the
tables of docs/latency.md, and the limit of `make longest` from tools/limits.
"""
import math
import re

from drawings.common import EDGE, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, scale, wrapped

PAGE, LIMITS = 'docs/latency.md', 'tools/limits'
# A machine: its name in the page, the first cell of its table, its limit.
MACHINES = (('x86-64', 'operation', 'longest-x86_64'), ('ppc32', 'operation, ppc32', 'longest-ppc32'))
CELLS = ('instructions', 'stretches', 'computed, k to 20,000', 'computed, any k', 'computed, mean')
NUMBER = re.compile(r'\d{1,3}(?:,\d{3})*')


def wrong(what, path=PAGE):
    return SystemExit('pictures: %s: %s' % (path, what))


# ---- what the page says ----

def cells_of(line):
    return [cell.strip() for cell in line.strip('|').split('|')]


def table(text, *head):
    """[cells of a row] of the table whose first cells in the head are these."""
    lines = text.splitlines()
    at = [i for i, line in enumerate(lines) if line.startswith('|') and cells_of(line)[:len(head)] == [*head]]
    if len(at) != 1:
        raise wrong('%d tables with the head %s, not one' % (len(at), ' | '.join(head)))
    width, rows = len(cells_of(lines[at[0]])), []
    for line in lines[at[0] + 2:]:
        if not line.startswith('|'):
            break
        rows.append(cells_of(line))
        if len(rows[-1]) != width or not re.fullmatch(r'`\w+`', rows[-1][0]):
            raise wrong('"%s" has not %d cells and `NAME` in the first' % (line, width))
    return rows


def number(cell):
    if not NUMBER.fullmatch(cell):
        raise wrong('"%s" is no number of a table' % cell)
    return int(cell.replace(',', ''))


def figures(text, head):
    """{operation: (all its instructions, stretches, the longest wait)}; not of one without stretches."""
    found = {}
    for name, *cells in table(text, head, *CELLS):
        whole, stretches, _, longest, _ = map(number, cells[:len(CELLS)])
        if (stretches == 0) != (longest == 0) or longest > whole:
            raise wrong('%s: %d instructions, %d stretches, %d at most' % (name, whole, stretches, longest))
        name = name.strip('`')
        if name in found:
            raise wrong('%s has two rows' % name)
        if stretches:
            found[name] = whole, stretches, longest
    return found


def limit(text, name):
    found = re.findall(r'^%s (\d+)$' % name, text, re.M)
    if len(found) != 1:
        raise wrong('%d lines "%s NUMBER", not one' % (len(found), name), LIMITS)
    return int(found[0])


def waits(text, limits):
    """([(operation, what it is)], the longest first, {machine: its figures}, {machine: its limit})."""
    what = {name.strip('`'): re.split(r'[:;(]|, ', operation)[0]
            for name, operation, _ in table(text, 'name', 'operation')}
    found = {machine: figures(text, head) for machine, head, _ in MACHINES}
    for machine, rows in found.items():
        if set(rows) - set(what):
            raise wrong('no text for %s of %s' % (', '.join(sorted(set(rows) - set(what))), machine))
    first = found[MACHINES[0][0]]
    if set().union(*found.values()) != set(first):
        raise wrong('the table of %s has not all operations' % MACHINES[0][0])
    most = {machine: limit(limits, name) for machine, _, name in MACHINES}
    for machine, rows in found.items():
        for name, (_, _, longest) in rows.items():
            if longest > most[machine]:
                raise wrong('%s of %s waits %d, the limit is %d' % (name, machine, longest, most[machine]))
    order = sorted(first, key=lambda name: -first[name][0])
    return [(name, what[name]) for name in order], found, most


# ---- the drawing ----

PANEL_X, GAP, PANEL_TOP, ROWS_TOP, ROW = 258, 10, 68, 118, 50
INSET = 20				# pixels left of the axis
LOW, HIGH = 100, 10 ** 8		# of the axis; what is more goes beyond its last mark
NUMBERS = 84				# pixels right of the axis
BAR, TOOTH, PITCH = 11, 6, 8


def axis(x, width):
    """The function that gives the place of a number in a panel."""
    place = scale(math.log10(LOW), math.log10(HIGH), x + INSET, x + width - NUMBERS)
    return lambda n: place(math.log10(n))


def draw_comb(picture, begin, end, y):
    """A bar in pieces."""
    while begin < end:
        picture.box(begin, y, min(TOOTH, end - begin), BAR, 'pale', round_by=1)
        begin += PITCH


def draw_row(picture, y, right, at, most, row):
    """The longest wait above the whole operation."""
    whole, stretches, longest = row
    picture.box(at(LOW), y + 9, at(longest) - at(LOW), BAR, 'own', round_by=2)
    picture.text(max(at(longest), at(most)) + 8, y + 18.5, '{:,}'.format(longest), 'name')
    picture.text(right - 10, y + 18.5, '{:,} stretches'.format(stretches), 'small', 'soft', anchor='end')
    draw_comb(picture, at(LOW), at(whole), y + 28)
    picture.text(at(whole) + 8, y + 37.5, '{:,}'.format(whole), 'small')


def draw_axis(picture, at, bottom):
    for power in range(int(math.log10(LOW)), int(math.log10(HIGH)) + 1):
        x = at(10 ** power)
        picture.line(x, bottom, x, bottom + 4, 'edge')
        if power % 2 == 0:
            words = '{:,}'.format(10 ** power) if power < 6 else '%d million' % 10 ** (power - 6)
            picture.text(x, bottom + 17, words, 'small', 'soft', anchor='middle')
    picture.line(at(LOW), bottom, at(HIGH), bottom, 'edge')


def draw_panel(picture, x, width, machine, order, rows, most):
    """A machine; returns where it ends."""
    at, bottom = axis(x, width), ROWS_TOP + len(order) * ROW + 4
    picture.box(x, PANEL_TOP, width, bottom + 28 - PANEL_TOP, 'panel')
    picture.text(x + INSET, PANEL_TOP + 20, machine, 'name')
    picture.text(at(most) + 8, ROWS_TOP - 6, 'limit of make longest: {:,}'.format(most), 'small', 'soft')
    picture.line(at(most), ROWS_TOP - 16, at(most), bottom, 'line', 'dashed')
    for i, name in enumerate(order):
        if name in rows:
            draw_row(picture, ROWS_TOP + i * ROW, x + width, at, most, rows[name])
        else:
            picture.text(at(most) + 8, ROWS_TOP + i * ROW + 28, 'not on this machine', 'small', 'soft')
    draw_axis(picture, at, bottom)
    return bottom + 28


def draw_keys(picture):
    """Right of the head: what the two bars are."""
    x = WIDTH - EDGE - 290
    picture.box(x, 21, 22, BAR, 'own', round_by=2)
    picture.text(x + 30, 30.5, 'the longest wait of an interrupt')
    draw_comb(picture, x, x + 22, 41)
    picture.text(x + 30, 50.5, 'the whole operation, in many stretches')


NOTE = ('An interrupt waits for the end of a stretch with interrupts off. The longest wait is computed for '
        'every instruction of the operation at which an interrupt can come. The scale is logarithmic: each '
        'mark is ten times the one before. A bar is cut at equal distances, not where the stretches end; the '
        'number of stretches stands above it. Between some of them is user code.')


def draw(text=None, limits=None):
    order, found, most = waits(text or read(PAGE), limits or read(LIMITS))
    picture = Picture('The longest wait of an interrupt in long operations, beside all of each', WIDTH)
    draw_head(picture, 'How long an interrupt waits in a long operation',
              'instructions, on a logarithmic scale')
    draw_keys(picture)
    names = [name for name, _ in order]
    for i, (name, what) in enumerate(order):
        y = ROWS_TOP + i * ROW
        picture.text(EDGE, y + 18.5, name, 'name')
        for n, line in enumerate(wrapped(what.split(), PANEL_X - EDGE - 8, 'small')):
            picture.text(EDGE, y + 33 + 13 * n, line, 'small', 'soft')
    width = (WIDTH - EDGE / 2 - PANEL_X - GAP * (len(found) - 1)) / len(found)
    for i, (machine, rows) in enumerate(found.items()):
        bottom = draw_panel(picture, PANEL_X + i * (width + GAP), width, machine, names, rows, most[machine])
    return picture.svg(draw_notes(picture, bottom + 6, NOTE), made_from(PAGE, LIMITS))


def planted():
    text, limits = read(PAGE), read(LIMITS)

    def replaced(old, new, where=text):
        if old not in where:
            raise ValueError('no "%s" for the self-test' % old)
        return where.replace(old, new, 1)

    def without(old, new=''):
        return refused(draw, replaced(old, new))

    row = re.search(r'^\| `space` \| \d.*\n', text, re.M).group(0)
    other = re.sub(r'\d{3} \|', '123 |', row)
    most = '\nlongest-x86_64 '
    return [
        ('other figures', draw(replaced(row, other)) != draw()),
        ('another operation', '>newcomer</text>' in draw(text.replace('`space`', '`newcomer`'))),
        ('another limit', draw(text, replaced(most, most + '9', limits)) != draw()),
        ('a wait above the limit', refused(draw, text, replaced(most, most + '1\n#', limits))),
        ('a limit less', refused(draw, text, replaced(most, '\nno-limit ', limits))),
        ('a row less', without(row)), ('a row twice', without(row, row + row)),
        ('a row of a name without a text', without(row, row.replace('space', 'newcomer') + row)),
        ('a cell less', without(row, row.replace('|', '', 1))),
        ('no number', without(row, re.sub(r'\d{3} \|', '? |', row, count=1))),
        ('stretches without a wait', without('| `user` | 3,000,009 | 0 |', '| `user` | 3,000,009 | 7 |')),
        ('another head', without('computed, any k', 'computed')),
        ('a table less', without('| operation, ppc32 |', '| operation of ppc32 |')),
    ]
