# SPDX-License-Identifier: BSD-2-Clause
"""read.py - the life of a read of 4 KiB across tasks: docs/pictures/read.tsv, which tests/system/files/life
writes and compares.
"""
from drawings.common import EDGE, FOLDER, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, scale, ticks

SOURCE = FOLDER + '/read.tsv'
FORMS = {'run': 3, 'message': 4, 'fault': 2, 'interrupt': 2}	# how many words follow
TOP_Y, HEIGHT, LEFT, STEP, HALF = 116, 690, 130, 214, 7		# STEP: between lanes; HALF: of a bar's width
DEVICE = 'interrupt'		# the thread to which a driver acknowledges an interrupt: no lane of its own
NOTE = ('A bar: the task runs; below its name, the sum of its bars. Pages that the file server touches for '
        'the first time are page faults, which root answers. The disk of an emulator answers at once: the '
        'driver finds the block before the interrupt comes. The numbers include what the trace itself costs.')


def rows_of(text):
    """[(word, [numbers], [names])]."""
    rows = []
    for line in text.splitlines():
        word, *values = line.split('\t')
        if line.startswith('#'):
            continue
        if FORMS.get(word) != len(values):
            raise SystemExit('pictures: %s: "%s" is none of %s' % (SOURCE, line, ', '.join(FORMS)))
        count = 2 if word == 'run' else 1
        rows.append((word, [int(v) for v in values[:count]], values[count:]))
    run = {names[0] for word, _, names in rows if word == 'run'}
    strange = {name for word, _, names in rows for name in names[:2] if word == 'message'} - run - {DEVICE}
    if not run or strange:
        raise SystemExit('pictures: %s has no run%s: tests/system/files/life --write' % (
            SOURCE, ''.join(' of ' + name for name in sorted(strange))))
    return rows


def lanes_of(rows):
    """{task: x}: the tasks that run, in the order in which they are first named."""
    names = list(dict.fromkeys(names[0] for word, _, names in rows if word == 'run'))
    return {name: LEFT + STEP * i for i, name in enumerate(names)}


def draw_lane(picture, name, x, rows, y):
    runs = [numbers for word, numbers, names in rows if word == 'run' and names == [name]]
    picture.text(x, TOP_Y - 36, name, 'name', anchor='middle')
    picture.text(x, TOP_Y - 20, '{:,}'.format(sum(end - begin for begin, end in runs)), 'small', 'soft',
                 anchor='middle')
    picture.line(x, TOP_Y - 10, x, TOP_Y + HEIGHT, 'grid')
    for begin, end in runs:
        picture.box(x - HALF, y(begin), 2 * HALF, y(end) - y(begin), 'other', round_by=2)


def draw_message(picture, at, sender, receiver, what):
    """An arrow, with its text beside the sender; an acknowledgement is a text only."""
    if receiver is None:
        picture.text(sender + HALF + 18, at + 4, 'acknowledged', 'small', 'soft')
        return
    side = 1 if receiver > sender else -1
    picture.arrow(sender + side * HALF, at, receiver - side * HALF, at)
    picture.text(sender + side * STEP / 2, at - 5, what, 'small', anchor='middle')


def draw_axis(picture, end, y):
    for tick in ticks(0, end):
        picture.line(EDGE + 50, y(tick), EDGE + 56, y(tick), 'edge')
        picture.text(EDGE + 44, y(tick) + 4, '{:,.0f}'.format(tick), 'small', 'soft', anchor='end')


def draw(text=None):
    rows = rows_of(text or read(SOURCE))
    lanes, end = lanes_of(rows), max(n for _, numbers, _ in rows for n in numbers)
    picture = Picture('The life of a read of 4 KiB that is not in the cache, across tasks', WIDTH)
    y = scale(0, end, TOP_Y, TOP_Y + HEIGHT)
    draw_head(picture, 'The life of a read of 4 KiB',
              'from the request to the answer, of a block that is not in the cache: instructions, also of '
              'the kernel, downwards')
    draw_axis(picture, end, y)
    for name, x in lanes.items():
        draw_lane(picture, name, x, rows, y)
    for word, numbers, names in rows:
        at, x = y(numbers[0]), lanes[names[0]]
        if word == 'message':
            draw_message(picture, at, x, None if names[1] == DEVICE else lanes[names[1]], names[2])
        elif word != 'run':
            picture.box(x + HALF + 4, at - 4, 8, 8, 'own', round_by=4)
            picture.text(x + HALF + 18, at + 4, 'page fault' if word == 'fault' else word, 'small')
    return picture.svg(draw_notes(picture, TOP_Y + HEIGHT + 14, NOTE), made_from(SOURCE))


def planted():
    text = read(SOURCE)
    return [
        ('a row with a word less', refused(draw, text.replace('\tcat\n', '\n', 1))),
        ('a row of no kind', refused(draw, text + 'sleep\t1\tcat\n')),
        ('an empty table', refused(draw, '# nothing\n')),
        ('a task that does not run', refused(draw, text + 'message\t9900\tfiles\tnone\tnew\n')),
        ('a message that is new', '>new<' in draw(text + 'message\t9900\tfiles\tvirtio-blk\tnew\n')),
    ]
