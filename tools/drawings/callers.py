# SPDX-License-Identifier: BSD-2-Clause
"""callers.py - which task uses which, and at which priority: user/init, user/init.run, user/init.ports."""
from collections import namedtuple

from drawings.common import EDGE, WIDTH, draw_head, draw_notes, made_from, read, refused
from drawings.system import DESCRIPTIONS, USUAL_PRIORITY, sections_of
from picture import Picture, problems, width_of, wrapped

SOURCES = [path for path in DESCRIPTIONS if path.startswith('user/')]
OTHERS = '*'				# the section of all programs that have none
# names: of the tasks of a row; they have the same priority, and use the same ones.
Row = namedtuple('Row', 'names priority provides uses')


def priority_of(name, section):
    value = section.get('priority', [USUAL_PRIORITY])[0]
    if not value.isdigit():
        raise SystemExit('pictures: %s: the priority of %s is no number: %s' % (SOURCES[0], name, value))
    return int(value)


def used_by(sections):
    """The names that any section uses; each must be a section."""
    found = {used for section in sections.values() for used in section.get('uses', [])}
    unknown = found - set(sections)
    if unknown:
        raise SystemExit('pictures: %s: `uses` names %s, which have no section' % (
            ', '.join(SOURCES), ', '.join(sorted(unknown))))
    return found


def key_of(name, section, served):
    """The same for tasks of one row: one that is used, or started at boot, has a row of its own."""
    alone, uses = name if served or 'start' in section else '', sorted(section.get('uses', []))
    return -priority_of(name, section), not alone, name == OTHERS, alone, tuple(uses)


def rows_of(text):
    """[Row], the highest priority first; without tasks that neither use another one nor are used."""
    sections, found = sections_of(text), {}
    used = used_by(sections)
    for name, section in sections.items():
        uses = section.get('uses', [])
        if name in used or uses:
            row = Row([], priority_of(name, section), section.get('provides', []), uses)
            found.setdefault(key_of(name, section, name in used), row).names.append(name)
    return [found[key] for key in sorted(found, key=lambda key: key[:3])]


def descriptions():
    return '\n'.join(map(read, SOURCES))


def priorities(rows):
    return {name: row.priority for row in rows for name in row.names}


def counts(rows):
    """How many times a task uses another one, and how many of these have a lower priority."""
    priority = priorities(rows)
    pairs = [(row.priority, priority[used]) for row in rows for _ in row.names for used in row.uses]
    return len(pairs), sum(own > other for own, other in pairs)


def servers(rows):
    """The names that are used, in the order of the rows."""
    used = {name for row in rows for name in row.uses}
    return [name for row in rows for name in row.names if name in used]


# ---- the drawing ----

NAME_X, LEFT, RIGHT, BAND_GAP, TOP_Y, LINE, PAD, DOT = 56, 236, 46, 40, 84, 16, 3, 5
PROGRAMS = 'all other programs'


def lines_of(row):
    names = PROGRAMS if row.names == [OTHERS] else ', '.join(row.names)
    return wrapped(names.split(), LEFT - NAME_X - 6, 'plain')


def columns(rows):
    """{server: x}: those of one priority beside each other, with a gap to those of the next."""
    priority, found = priorities(rows), servers(rows)
    bands = sorted({priority[name] for name in found}, reverse=True)
    step = (WIDTH - EDGE - RIGHT - LEFT - BAND_GAP * (len(bands) - 1)) / max(1, len(found) - 1)
    return {name: LEFT + 10 + i * step + bands.index(priority[name]) * BAND_GAP
            for i, name in enumerate(found)}


def places(rows):
    """({task: y of the middle of its row}, [(priority, y, height) of each band], where they end)."""
    y, middles, bands = TOP_Y, {}, []
    for row in rows:
        if not bands or bands[-1][0] != row.priority:
            y += 6
            bands.append([row.priority, y, 0])
        height = LINE * len(lines_of(row)) + 2 * PAD
        middles.update((name, y + height / 2) for name in row.names)
        y += height
        bands[-1][2] = y - bands[-1][1]
    return middles, bands, y


def dot(picture, x, y, colour):
    picture.box(x - DOT, y - DOT, 2 * DOT, 2 * DOT, colour, round_by=DOT)


def draw_names(picture, y, row, server):
    """The left end of a row: its tasks, and the names that they provide besides their own."""
    lines, size = lines_of(row), 'name' if server else 'plain'
    for i, line in enumerate(lines):
        picture.text(NAME_X, y + 4.5 + LINE * (i - (len(lines) - 1) / 2), line, size)
    others = [name for name in row.provides if name not in row.names]
    if others:
        picture.text(NAME_X + width_of(lines[0], size) + 6, y + 4.5, ' '.join(others), 'small', 'soft')


def draw_row(picture, y, row, x, priority):
    """Its line, its square if it has a column, which has its name, and a dot for each that it uses."""
    name, ends = row.names[0], [x[used] for used in row.uses]
    draw_names(picture, y[name], row, name in x)
    begin = LEFT
    if name in x:
        picture.line(LEFT, y[name], x[name] - 6, y[name], 'grid')
        picture.box(x[name] - 6, y[name] - 6, 12, 12, 'box', 'line', round_by=2)
        picture.text(x[name] + 10, y[name] + 4, name, 'small')
        begin = x[name] + 14 + width_of(name, 'small')
    if ends and max(ends) > begin:
        picture.line(begin, y[name], max(ends), y[name], 'grid')
    for used in row.uses:
        dot(picture, x[used], y[name], 'own' if priority[used] < row.priority else 'other')


def draw_key(picture, rows):
    calls, lower = counts(rows)
    x = EDGE + 5
    for colour, text in (('other', '%d uses of a task of a higher or the same priority' % (calls - lower)),
                         ('own', '%d uses of one of a lower priority' % lower)):
        dot(picture, x, 68, colour)
        picture.text(x + 11, 72, text, 'plain')
        x += 11 + width_of(text, 'plain') + 24


NOTE = ('The images of x86-64. Names in grey: what a task provides, if that is not its own name. A row of '
        'several programs: their sections use the same tasks.')


def draw(rows=None):
    rows = rows or rows_of(descriptions())
    picture = Picture('Which task uses which, by the priorities of both', WIDTH)
    draw_head(picture, 'Which task uses which', 'a row: who uses; a column, from its square: who is used; at '
              'the left the priority, the highest at the top')
    draw_key(picture, rows)
    x, (y, bands, end) = columns(rows), places(rows)
    for priority, top, height in bands:
        picture.box(EDGE / 2, top, WIDTH - EDGE, height, 'panel')
        picture.text(EDGE, top + 15.5, str(priority), 'name', 'soft')
    for name, at in x.items():
        ys = [y[row.names[0]] for row in rows if name in row.uses] + [y[name]]
        picture.line(at, min(ys), at, max(ys), 'edge')
    for row in rows:
        draw_row(picture, y, row, x, priorities(rows))
    return picture.svg(draw_notes(picture, end + 8, NOTE), made_from(*SOURCES))


def planted():
    text = descriptions()
    more = text + '\ntask newcomer\n\tuses net\n\tpriority 123\n'
    rows = rows_of('task a; uses b c; priority 9\n task b; uses c; priority 8\n task c; priority 9\n'
                   'task d; uses b\n task e; uses b\n task f')
    return [
        ('a task that is new', 'newcomer' in draw(rows_of(more)) and draw(rows_of(more)) != draw()),
        ('tasks by priority, and programs together', [(r.names, r.priority) for r in rows]
         == [(['d', 'e'], 100), (['c'], 9), (['a'], 9), (['b'], 8)]),
        ('calls to lower priorities', counts(rows) == (5, 3)),
        ('a task that is used and is not there', refused(rows_of, text.replace('task net\n', 'task nets\n'))),
        ('a priority that is no number', refused(rows_of, text.replace('priority 130', 'priority high'))),
        ('a name too long', any('a-task-of-a-very-long-name' in p for p in problems(draw(rows_of(
            text.replace('pci-serial', 'a-task-of-a-very-long-name')))))),
    ]
