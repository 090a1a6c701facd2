# SPDX-License-Identifier: BSD-2-Clause
"""walks.py - the files that a message and its like enter, as lanes: docs/pictures/walks.tsv, which
make bench-accept writes, and the limits of bench/walk.py.
"""
import itertools
import os
import re

from drawings.common import EDGE, FOLDER, WIDTH, draw_head, draw_notes, made_from, read, refused
from drawings.floors import PORTABLE
from picture import Picture, width_of
from walk import WALKS, is_header, verdict

FILES = FOLDER + '/walks.tsv'
INLINED = 'inlined'
LEFT, STEP, CELL, PAD, GAP, TOP_Y = 182, 78, 42, 7, 18, 84
PER_INSTRUCTION = 0.5			# pixels of a bar


def read_walks(text):
    """{walk: [(path, instructions)]}, the files in their order."""
    found = {w.name: [] for w in WALKS}
    for line in text.splitlines():
        row = re.fullmatch(r'([\w ]+)\t(\w+/[\w/]+\.[chS])\t(\d+)', line)
        if row and row.group(1) in found:
            found[row.group(1)].append((row.group(2), int(row.group(3))))
        elif not line.startswith('#'):
            raise SystemExit('pictures: %s: "%s" is no file of a walk of bench/walk.py' % (FILES, line))
    for name, files in found.items():
        if all(is_header(path) for path, _ in files) or len(dict(files)) != len(files):
            raise SystemExit('pictures: %s has not each file of "%s" once' % (FILES, name))
    return found


def floor_of(path):
    return path.split('/')[1]


def groups_of(files):
    """[(floor, [(file, instructions)])]: files that follow each other on one floor; the headers together."""
    own = [f for f in files if not is_header(f[0])]
    found = [(floor, [(os.path.basename(path), n) for path, n in some])
             for floor, some in itertools.groupby(own, lambda f: floor_of(f[0]))]
    headers = [n for path, n in files if is_header(path) and n]
    return found + [(INLINED, [('%d headers' % len(headers), sum(headers))])] * bool(headers)


def width_of_cell(cell):
    return max(width_of(cell[0], 'plain'), PER_INSTRUCTION * cell[1]) + 2 * PAD


def draw_group(picture, x, y, floor, cells):
    """Cells beside each other in one box, the floor above it; returns where it ends."""
    end = x + sum(map(width_of_cell, cells))
    picture.text(x + PAD, y - 5, floor, 'small', 'soft')
    look = ('box', 'edge', 'dashed') if floor == INLINED else ('kernel',) if floor in PORTABLE else ('panel',)
    picture.box(x, y, end - x, CELL, *look)
    for cell in cells:
        name, n = cell
        picture.text(x + PAD, y + 16, name, 'plain')
        picture.text(x + PAD, y + 30, str(n), 'small', 'soft')
        picture.box(x + PAD, y + 34, max(1, PER_INSTRUCTION * n), 3, 'other', round_by=1)
        x += width_of_cell(cell)
    return end


def draw_lane(picture, y, walk, files):
    """The groups from left to right, in a second row where they need it; returns the y of the next lane."""
    own = [path for path, _ in files if not is_header(path)]
    picture.text(EDGE, y + 12, walk.name, 'name')
    picture.text(EDGE, y + 28, verdict(walk, len(own)), 'small', 'soft')
    picture.text(EDGE, y + 43, '%d instructions' % sum(n for _, n in files), 'small', 'soft')
    x = LEFT
    for i, (floor, cells) in enumerate(groups_of(files)):
        if x + sum(map(width_of_cell, cells)) > WIDTH - EDGE:
            x, y = LEFT + GAP, y + STEP - 12
        if i and floor != INLINED:
            picture.arrow(x - GAP + 2, y + CELL / 2, x - 2, y + CELL / 2)
        x = draw_group(picture, x, y, floor, cells) + GAP
    return y + STEP


NOTE = ('Each file stands where it is entered first; the number and the bar are the instructions that are '
        'executed in it, functions inlined from headers apart. Blue: portable C; grey: the machine and its '
        'board. A walk that misses its limit fails no test. The message takes the path by C.')


def draw(text=None):
    walks = read_walks(text or read(FILES))
    picture = Picture('The files of the kernel that a message and its like enter, in order', WIDTH)
    draw_head(picture, 'Five walks through the kernel',
              'the files of one way from the entry to the next instruction of user code, in order, with '
              'instructions on x86-64')
    y = TOP_Y
    for walk in WALKS:
        y = draw_lane(picture, y, walk, walks[walk.name])
    return picture.svg(draw_notes(picture, y - 22, NOTE), made_from(FILES, 'bench/walk.py'))


def planted():
    text = read(FILES)
    first = text.splitlines(keepends=True)[1]
    return [
        ('a file with more instructions', draw(text.replace(first, first[:-1] + '9\n')) != draw(text)),
        ('a file less', draw(text.replace(first, '')) != draw(text)),
        ('a walk without files', refused(read_walks, re.sub(r'^Unmap\t.*\n', '', text, flags=re.M))),
        ('a walk that is not known', refused(read_walks, text + 'other\tkernel/core/ipc.c\t5\n')),
        ('a file without instructions', refused(read_walks, text + 'Unmap\tkernel/core/ipc.c\n')),
        ('a file twice', refused(read_walks, text + first)),
    ]
