# SPDX-License-Identifier: BSD-2-Clause
"""waterfall.py - where the instructions of a short round trip are executed, in turn: what make bench-accept
writes into docs/pictures/waterfall.tsv, and the total of bench/arch/x86_64/accepted.
"""
import itertools
import re

from drawings.common import EDGE, FOLDER, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, scale, ticks

STAYS, ACCEPTED, TOTAL = FOLDER + '/waterfall.tsv', 'bench/arch/x86_64/accepted', 'ipc_rtt_cross_0'
USER = 'user code'
# The stays of programs and of the kernel between them, in turn: the name, and what is done.
TURNS = [('caller', 'stores the tag, calls by the gateway'), ('kernel', 'the call'),
         ('server', 'returns from L4_ReplyWait, and calls it again'), ('kernel', 'the reply'),
         ('caller', 'returns, has the reply in its registers')]
# Labels of kernel/arch/x86_64/fast.S; those that have the same name beside each other are one bar.
LABELS = {
    'entry_syscall': ('entry_syscall', 'entry, checks; in a call those of the partner too'),
    'reply': ('reply', 'the last caller is the receiver, and is ready'),
    'from_self': ('from_self', 'it waits for this sender, or for any'),
    'go': ('go', "the receiver's space is loaded"),
    'commit_beside': ('commit_beside', 'the sender waits, the receiver runs'),
    **{'w%d' % i: ('w0 to w7', 'message registers without a word; TLS') for i in range(8)},
    'last': ('last', "the receiver's flags and stack; SYSRET")}


def read_turns(text, accepted):
    """[[(label, what, instructions)]], one list for each of TURNS."""
    rows = []
    for line in text.splitlines():
        row = re.fullmatch(r'([\w ]+)\t(\d+)', line)
        if row and row.group(1) in (USER, *LABELS):
            rows.append((row.group(1), int(row.group(2))))
        elif not line.startswith('#'):
            raise SystemExit('pictures: %s: "%s" is no label that tools/drawings/waterfall.py describes' % (
                STAYS, line))
    turns = [list(some) for _, some in itertools.groupby(rows, lambda row: row[0] == USER)]
    if [turn[0][0] == USER for turn in turns] != [name != 'kernel' for name, _ in TURNS]:
        raise SystemExit('pictures: %s has not %s in turn' % (STAYS, ', '.join(name for name, _ in TURNS)))
    total = re.search(r'^%s\t(\d+)$' % TOTAL, accepted, re.M)
    if not total or int(total.group(1)) != sum(n for turn in turns for _, n in turn):
        raise SystemExit('pictures: %s has not the instructions of %s in %s' % (STAYS, TOTAL, ACCEPTED))
    return [merged(turn, what) for turn, (_, what) in zip(turns, TURNS)]


def merged(turn, what):
    """[(label, what, instructions)]: what is for a program."""
    named = [(('', what) if label == USER else LABELS[label]) + (n,) for label, n in turn]
    return [(*key, sum(row[2] for row in some))
            for key, some in itertools.groupby(named, lambda row: row[:2])]


ROW, TOP_Y, TURN_GAP, BAR = 22, 72, 8, 13
LABEL_X, WHAT_X, BAR_X, BAR_END = 116, 222, 526, WIDTH - 48


def draw_row(picture, y, row, x, at):
    """A bar that begins at the instruction `at`; its label and number."""
    label, what, n = row
    if label:
        picture.text(LABEL_X, y + 15, label, 'plain')
    picture.text(WHAT_X if label else LABEL_X, y + 15, what, 'soft')
    picture.box(x(at), y + 4, x(at + n) - x(at), BAR, 'own' if label else 'other', round_by=2)
    picture.text(x(at + n) + 6, y + 15, str(n), 'plain')


NOTE = ('Red: the kernel, by the labels of fast.S, the fast path. Grey: programs, the gateway page included. '
        'The message registers are loaded because the message has no words: a word that is sent makes a load '
        'of these unnecessary.')


def draw(text=None, accepted=None):
    turns = read_turns(text or read(STAYS), accepted or read(ACCEPTED))
    total = sum(n for turn in turns for _, _, n in turn)
    picture = Picture('A round trip of short IPC, instruction by instruction', WIDTH)
    draw_head(picture, 'The %d instructions of a round trip' % total,
              'a call and its reply between two spaces of x86-64, without words; each bar begins where the '
              'one above it ends')
    x, at, y = scale(0, total, BAR_X, BAR_END), 0, TOP_Y
    for (name, what), turn in zip(TURNS, turns):
        height = ROW * len(turn)
        picture.box(EDGE / 2, y, WIDTH - EDGE, height, 'panel' if turn[0][0] else 'paper')
        picture.text(EDGE, y + 15, name, 'name')
        if turn[0][0]:
            picture.text(EDGE, y + 32, '%s: %d' % (what, sum(n for _, _, n in turn)), 'small', 'soft')
        for i, row in enumerate(turn):
            draw_row(picture, y + ROW * i, row, x, at)
            at += row[2]
        y += height + TURN_GAP
    picture.line(BAR_X, y, BAR_END, y, 'edge')
    for tick in ticks(0, total):
        picture.line(x(tick), y, x(tick), y + 4, 'edge')
        picture.text(x(tick), y + 17, '{:,.0f}'.format(tick), 'small', 'soft', anchor='middle')
    return picture.svg(draw_notes(picture, y + 24, NOTE), made_from(STAYS, ACCEPTED))


def planted():
    text, accepted = read(STAYS), read(ACCEPTED)
    more = re.sub(r'^(%s\t)' % TOTAL, r'\g<1>1', accepted, flags=re.M)
    return [
        ('another label', draw(text.replace('last\t', 'go\t'), accepted) != draw(text, accepted)),
        ('another total', refused(read_turns, text, more)),
        ('a label that is not known', refused(read_turns, text.replace('go\t', 'gone\t'), accepted)),
        ('a line without instructions', refused(read_turns, text + 'go\n', accepted)),
        ('a turn less', refused(read_turns, text.rpartition(USER)[0], accepted)),
    ]
