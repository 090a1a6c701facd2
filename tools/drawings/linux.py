# SPDX-License-Identifier: BSD-2-Clause
"""linux.py - Linux as a server of Pecan beside Linux itself: two tables of bench/LINUX.md."""
import re
from collections import namedtuple

from drawings.common import EDGE, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, problems, scale, width_of

SOURCE = 'bench/LINUX.md'
OWN, OTHER = 'Linux on Pecan', 'Linux'
# The heads of the tables, each with its last column, the ratio of the two.
TABLES = ('| row | Linux on Pecan | Linux | target | |', '| row | Pecan | Linux | Linux on Pecan | |')
# What the rows are, by "What is compared" and "Rows" of that page.
GROUPS = {
    'System calls': {'getppid': 'a call without work', 'read_zero': 'read of /dev/zero',
                     'write_null': 'write to /dev/null', 'stat': 'of a file',
                     'signal': 'to itself, with a handler'},
    'Switches and back': {'pipe': 'a byte each way', 'futex': 'wake, then wait'},
    'Page faults, processes': {
        'fault_in_order': 'first write to a page', 'fault_scattered': 'of pages far apart',
        'fork_exit_wait': 'fork, exit, waitpid', 'vfork_exec_exit': 'vfork, execv, exit, waitpid'},
    'Programs of busybox': {'gzip': 'compress a file', 'bzip2': 'compress a file',
                            'sha256sum': 'of many files', 'tar': 'many files to /dev/null'},
    'Files in memory': {'tmpfs_read_4k': 'pread', 'tmpfs_open_close': 'open, fstat, close',
                        'tmpfs_inserts': 'SQLite: a row', 'tmpfs_transactions': 'SQLite: a transaction'},
    'Network': {'udp_echo_64': 'a datagram and its echo', 'udp_echo_1400': 'the same, larger',
                'tcp_receive': 'a segment', 'tcp_send': 'a segment'},
}
Row = namedtuple('Row', 'own other ratio')


def bad(what):
    raise SystemExit('pictures: %s: %s' % (SOURCE, what))


def row_of(head, line):
    """(name, Row) of a line of the table with this head."""
    columns, cells = [[cell.strip() for cell in text.strip('|').split('|')] for text in (head, line)]
    cell = dict(zip(columns, cells))
    name = re.fullmatch(r'`(\w+)`', cell.get('row', ''))
    figures = [re.fullmatch(r'\d[\d,]*', cell.get(column, '')) for column in (OWN, OTHER)]
    ratio = re.fullmatch(r'(\d+\.\d\d) \u00d7(, missed)?', cells[-1])
    if len(columns) != len(cells) or not name or not ratio or not all(figures):
        bad('a row of Linux on Pecan is not `name`, its figures and their ratio: ' + line)
    own, other = (int(figure.group().replace(',', '')) for figure in figures)
    if abs(own / other - float(ratio.group(1))) > 0.011:
        bad('the ratio is not that of the figures: ' + line)
    return name.group(1), Row(own, other, float(ratio.group(1)))


def rows_of(text):
    """{name: Row} of both tables, which must have the rows of GROUPS."""
    found, lines = {}, text.splitlines()
    for head in TABLES:
        if lines.count(head) != 1:
            bad('not one table with the head ' + head)
        for line in lines[lines.index(head) + 2:]:
            if not line.startswith('|'):
                break
            name, row = row_of(head, line)
            if name in found:
                bad('two rows ' + name)
            found[name] = row
    named = {name for group in GROUPS.values() for name in group}
    if named != set(found):
        bad('its rows of Linux on Pecan differ from those of tools/drawings/linux.py in '
            + ', '.join(sorted(named ^ set(found))))
    return found


# ---- the drawing ----

LEFT, BARS_END, OWN_X, OTHER_X = 334, 630, WIDTH - 128, WIDTH - EDGE - 4
TOP_Y, GROUP, STEP, BAR, WHAT_X = 92, 27, 24, 8, 160


def draw_row(picture, y, x, name, row):
    """y: between the two bars."""
    what = next(group[name] for group in GROUPS.values() if name in group)
    picture.text(EDGE, y + 4.5, name, 'plain')
    picture.text(WHAT_X, y + 4.5, what, 'small', 'soft')
    picture.box(LEFT, y - BAR, x(row.ratio) - LEFT, BAR, 'own', round_by=1)
    picture.box(LEFT, y + 1, x(1) - LEFT, BAR, 'other', round_by=1)
    picture.text(x(max(row.ratio, 1)) + 8, y + 4.5, '%.2f \u00d7' % row.ratio, 'name')
    for right, figure in ((OWN_X, row.own), (OTHER_X, row.other)):
        picture.text(right, y + 4.5, '{:,}'.format(figure), 'plain', 'ink' if right == OWN_X else 'soft',
                     anchor='end')


def draw_heads(picture):
    """The heads of the columns of figures, with the colours of the bars."""
    for right, text, colour in ((OWN_X, OWN, 'own'), (OTHER_X, OTHER, 'other')):
        picture.text(right, TOP_Y - 10, text, 'name', anchor='end')
        picture.box(right - width_of(text, 'name') - 12, TOP_Y - 19, 10, 10, colour, round_by=1)
    picture.text(LEFT, TOP_Y - 10, 'as multiples of Linux', 'small', 'soft')


NOTE = ('User code and kernels together, in an emulated machine, by the same programs. On Pecan a frame of '
        "the network passes the card's driver, the bridge and Linux, each a program.")


def draw(rows=None):
    rows = rows or rows_of(read(SOURCE))
    picture = Picture('What Linux as a program of Pecan costs, beside Linux itself', WIDTH)
    draw_head(picture, 'Linux as a program of Pecan', 'instructions of an operation, or of the whole '
              'program, beside the same on Linux itself; shorter is better')
    draw_heads(picture)
    x, y = scale(0, max(row.ratio for row in rows.values()), LEFT, BARS_END), TOP_Y
    for head, names in GROUPS.items():
        picture.box(EDGE / 2, y, WIDTH - EDGE, GROUP + STEP * len(names), 'panel')
        picture.text(EDGE, y + 16, head, 'small', 'soft')
        y += GROUP
        for name in names:
            draw_row(picture, y + STEP / 2 - 3, x, name, rows[name])
            y += STEP
        y += 6
    return picture.svg(draw_notes(picture, y + 4, NOTE), made_from(SOURCE))


def planted():
    text = read(SOURCE)
    os_rows, line = text[text.index(TABLES[0]):], next(
        line for line in text.splitlines() if line.startswith('| `getppid` ') and line.endswith(' \u00d7 |'))
    cells = line.split('|')

    def other(*cells_of):
        """The page, whose row getppid has these cells."""
        return text.replace(line, '|'.join(cells_of))

    twice = other(*cells[:2], ' 6,540 ', ' 3,270 ', cells[4], ' 2.00 \u00d7 ', cells[6])
    return [
        ('another figure', draw(rows_of(twice)) != draw() and '6,540' in draw(rows_of(twice))),
        ('a ratio that is not that of the figures',
         refused(rows_of, other(*cells[:2], ' 6,540 ', *cells[3:]))),
        ('a figure that was not counted', refused(rows_of, other(*cells[:2], ' - ', *cells[3:]))),
        ('a row that is missing', refused(rows_of, text.replace(line + '\n', ''))),
        ('a row that is new', refused(rows_of, other(cells[0], ' `gettid` ', *cells[2:]))),
        ('a row that is there twice', refused(rows_of, text.replace(line, line + '\n' + line))),
        ('a table that is missing', refused(rows_of, text.replace(os_rows, ''))),
        ('a figure too wide for its column', any('crosse' in p or 'meets' in p for p in problems(draw(dict(
            rows_of(text), getppid=Row(10 ** 30, 10 ** 30, 1.0)))))),
    ]
