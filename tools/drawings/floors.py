# SPDX-License-Identifier: BSD-2-Clause
"""floors.py - the folders of the kernel, their lines of code, and which may use which."""
import glob
import os
import re

from drawings.common import EDGE, FOLDER, TOP, WIDTH, draw_head, draw_notes, made_from, read, refused, tool
from picture import Picture, scale

TABLE = FOLDER + '/floors.tsv'
HEAD = '# Made by tools/pictures: folder of kernel/, lines of code, floors that it may use.\n'
PORTABLE = ('boot', 'sys', 'kdb', 'core', 'mem', 'lib')
FLOORS = {'boot': 'runs once, at the start', 'sys': 'a file for each system call',
          'kdb': 'the debugger, and traces', 'core': 'threads, IPC, scheduling',
          'mem': 'spaces, mappings, frames', 'lib': 'lists, trees, printing',
          'arch': 'the machines: entry, page tables', 'plat': 'the boards: interrupts, clocks',
          'host': 'a machine of C, for tests'}
# The areas of tools/check-includes that a floor consists of; what is reached by headers of arch/ is arch.
AREAS = {**{f: (f,) for f in PORTABLE}, 'kdb': ('kdb', 'kdb-arch'), 'arch': ('arch', 'arch-headers'),
         'plat': ('plat',), 'host': ('arch-host', 'arch-host-entry')}


def floor_of(folder):
    return 'host' if folder == 'arch/host' else folder.split('/')[0]


def uses(may, calls):
    """{floor: the floors that it may use}, of tools/check-includes; tools/check-symbols must say the same."""
    named = {area: floor for floor, areas in AREAS.items() for area in areas}
    found = {floor: {named[a] for area in areas for a in may[area] if a in named} - {floor}
             for floor, areas in AREAS.items()}
    for floor in PORTABLE:
        if found[floor] & set(PORTABLE) != set(calls[floor]):
            raise SystemExit('pictures: check-includes and check-symbols differ in what %s may use' % floor)
    return {floor: [f for f in AREAS if f in found[floor]] for floor in AREAS}


def folders():
    """The folders of kernel/ that the table has, each with the patterns of its files."""
    for name in PORTABLE:
        yield name, 'kernel/%s/**' % name
    for floor in ('arch', 'plat'):
        yield floor, 'kernel/%s/*' % floor		# files of no machine
        for path in sorted(glob.glob(os.path.join(TOP, 'kernel', floor, '*/'))):
            name = '%s/%s' % (floor, os.path.basename(path[:-1]))
            yield name, 'kernel/%s/**' % name


def table():
    """The text of the table, from the tree."""
    style, text = tool('check-style'), HEAD
    may = uses(tool('check-includes').MAY, tool('check-symbols').MAY)
    for name, pattern in folders():
        paths = glob.glob(os.path.join(TOP, pattern), recursive=True)
        lines = sum(style.code_lines(read(p)) for p in paths if p.endswith(style.C_ENDINGS))
        text += '%s\t%d\t%s\n' % (name, lines, ' '.join(may[floor_of(name)]) or '-')
    return text


def read_floors(text):
    """[(folder, lines, [floors])]."""
    rows = [line.split('\t') for line in text.splitlines() if not line.startswith('#')]
    return [(name, int(lines), [] if may == '-' else may.split()) for name, lines, may in rows]


FLOOR, FLOOR_TOP, WHAT_X, BAR_X, BAR_END, ARROWS_X, ARROW_STEP = 25, 92, 140, 366, 500, 590, 35


def floor_rows(floors):
    """[(text, floor or '' of a folder of one, lines, floors that it may use)], from top to bottom."""
    lines, may = {name: n for name, n, _ in floors}, {floor_of(name): m for name, _, m in floors}
    rows = [(floor, floor, lines[floor], may[floor]) for floor in PORTABLE]
    for floor in ('arch', 'plat'):
        parts = [name for name in lines if name.startswith(floor + '/') and floor_of(name) == floor]
        rows.append((floor, floor, lines[floor] + sum(lines[n] for n in parts), may[floor]))
        rows += [(name, '', lines[name], []) for name in parts]
    return rows + [('arch/host', 'host', lines['arch/host'], may['host'])]


def draw_arrows(picture, rows, y):
    """A column for each floor: a line from it to each that it may use."""
    at = {floor: y[i] for i, (_, floor, _, _) in enumerate(rows) if floor}
    callers = [(floor, may) for _, floor, _, may in rows if may]
    for i, (floor, may) in enumerate(callers):
        x, ends = ARROWS_X + 20 + i * ARROW_STEP, [at[f] for f in may] + [at[floor]]
        picture.text(x, FLOOR_TOP - 10, floor, 'small', anchor='middle')
        picture.line(x, min(ends), x, max(ends))
        picture.box(x - 4, at[floor] - 4, 8, 8, 'own', round_by=4)
        for other in may:
            picture.arrow(x, at[other], x - 15, at[other])


NOTE = ('A column of arrows: the floor with the dot may use those with the heads. boot, sys, core, '
               'mem and lib are portable C, which reaches the machine by the headers of its contract only. A '
               'machine has the folders of its name, of its family and of its size of words.')


def draw(text=None):
    rows = floor_rows(read_floors(text or read(TABLE)))
    picture = Picture('The floors of the kernel: lines of code, and which may use which', WIDTH)
    y = [FLOOR_TOP + FLOOR * i + FLOOR / 2 + (6 if i >= len(PORTABLE) else 0) for i in range(len(rows))]
    long = scale(0, max(n for _, _, n, _ in rows), BAR_X, BAR_END)
    draw_head(picture, 'The floors of the kernel',
              'lines of code without blank and comment lines, and which floor may use which')
    picture.text(BAR_X, FLOOR_TOP - 10, 'lines of code', 'small', 'soft')
    for i, (text, floor, lines, _) in enumerate(rows):
        if floor:
            picture.box(EDGE / 2, y[i] - FLOOR / 2 + 1, WIDTH - EDGE, FLOOR - 2, 'band')
            picture.text(WHAT_X, y[i] + 4.5, FLOORS[floor], 'soft')
        picture.text(EDGE + (0 if floor else 14), y[i] + 4.5, text, 'name' if floor else 'plain',
                     'ink' if floor else 'soft')
        picture.box(BAR_X, y[i] - 6, max(1, long(lines) - BAR_X), 12, 'other' if floor else 'pale',
                    round_by=2)
        picture.text(long(lines) + 7, y[i] + 4.5, '{:,}'.format(lines), 'plain')
    draw_arrows(picture, rows, y)
    return picture.svg(draw_notes(picture, y[-1] + FLOOR / 2 + 10, NOTE), made_from(TABLE))


def planted():
    text = table()
    more = re.sub(r'^(core\t)', r'\g<1>9', text, flags=re.M)
    may, calls = tool('check-includes').MAY, tool('check-symbols').MAY
    return [
        ('a folder that grows', draw(more) != draw(text)),
        ('includes that differ from calls', refused(uses, dict(may, mem=may['mem'] + ['core']), calls)),
    ]
