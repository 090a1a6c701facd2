# SPDX-License-Identifier: BSD-2-Clause
"""peers.py - the table of PEERS.md (place.py): operations, targets and other kernels' figures."""
import collections
import re

import place

# target: a number or None; peers: {kernel: (number, cell)}, only those with a figure.
Row = collections.namedtuple('Row', 'figure text target peers')


def cell_number(cell):
    """The first number of a cell; None if there is none. KB are 1024 bytes."""
    m = re.match(r'~?([\d,]+(?:\.\d+)?)(?:\u2013[\d,]+)?( KB)?', cell.strip())
    if not m:
        return None
    digits = m.group(1).replace(',', '')
    return (float(digits) if '.' in digits else int(digits)) * (1024 if m.group(2) else 1)


PATH = place.path('PEERS.md')


def read_notes(path=PATH):
    """What follows the table: its notes, and how the others were measured."""
    with open(path, encoding='utf-8') as f:
        text = f.read()
    return text[text.rindex('\n|') + 1:].split('\n', 1)[1].strip() + '\n'


def read_rows(path=PATH):
    with open(path, encoding='utf-8') as f:
        lines = [line.strip().strip('|') for line in f if line.startswith('|')]
    cells = [[c.strip() for c in line.split('|')] for line in lines]
    kernels = cells[0][3:]
    rows = []
    for figure, text, target, *others in cells[2:]:
        peers = {k: (cell_number(c), c) for k, c in zip(kernels, others) if c}
        rows.append(Row(figure.strip('`'), text, cell_number(target), peers))
    return rows


def with_pecan(rows, judged):
    """The table as Markdown with Pecan's column; judged: {figure: (value, what the target says, ...)}."""
    kernels = list(dict.fromkeys(k for row in rows for k in row.peers))
    head = ['operation', 'figure', 'Pecan', 'target', ''] + kernels
    lines = [head, ['---'] * len(head)]
    for row in rows:
        value, verdict = judged[row.figure][:2]
        target = '' if row.target is None else '{:,}'.format(row.target)
        lines.append([row.text, '`%s`' % row.figure, value, target, verdict]
                     + [row.peers[k][1] if k in row.peers else '' for k in kernels])
    return ''.join('| %s |\n' % ' | '.join(line) for line in lines)


def best(row):
    """(kernel, number) of the lowest peer, or None."""
    return min(((k, n) for k, (n, _) in row.peers.items()), key=lambda p: p[1], default=None)
