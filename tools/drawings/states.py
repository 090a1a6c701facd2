# SPDX-License-Identifier: BSD-2-Clause
"""states.py - the states of a thread, from the enums of kernel/core/thread.h and the lists of transitions in
its comment. What the comment has in another form than today ends the program.
"""
import glob
import os
import re

from drawings.common import EDGE, TOP, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, wrapped

HEADER = 'kernel/core/thread.h'
NO_TCB, ANY = '(no TCB)', 'any'
# A panel: its states from left to right, those in one group above each other; all states of the enum.
PANELS = {
    'life': ('thread_life', 'THREAD_', ((NO_TCB,), ('INACTIVE',), ('ACTIVE',), ('DYING',))),
    'send': ('send_phase', 'SEND_', (('NONE',), ('QUEUED',), ('COPYING',))),
    'recv': ('recv_phase', 'RECV_', (('NONE',), ('WAITING', 'READY'), ('COPYING',))),
}
HEADS = {'life': 'life', 'send': 'send half of IPC', 'recv': 'receive half of IPC'}
GROUP = 'waits for a message'
STATES = r'\(no TCB\)|any|[A-Z]+(?:, [A-Z]+)*'
TRANSITION = re.compile(r'(%s) (<?->) (%s) \[(\w+(?:, \w+)*)\](?: (.+))?' % (STATES, STATES))


def wrong(what):
    return SystemExit('pictures: %s: %s' % (HEADER, what))


# ---- what the header says ----

def comment_of(text):
    """The lines of its first long comment."""
    found = re.search(r'^/\*\n(.*?)^ \*/', text, re.M | re.S)
    if not found:
        raise wrong('no comment at its beginning')
    return [line[2:].strip() for line in found.group(1).splitlines()]


def after(lines, begin):
    """The lines between the one that begins so and the next empty one."""
    at = next((i for i, line in enumerate(lines) if line.startswith(begin)), None)
    if at is None:
        raise wrong('no line "%s..." in its comment' % begin)
    return lines[at + 1:lines.index('', at)]


def transitions_in(lines):
    """[(from, both ways?, to, functions, text)] of lines; a line may have two, with a semicolon between."""
    found = []
    for line in lines:
        for part in re.split(r';\s+(?=(?:%s) +<?->)' % STATES, line):
            match = TRANSITION.fullmatch(' '.join(part.split()))
            if not match:
                raise wrong('"%s" is not: STATES -> STATES [functions] text' % part)
            begin, arrow, end, by, why = match.groups()
            found.append((begin.split(', '), arrow == '<->', end.split(', '), by, why or ''))
    return found


def transitions(lines):
    """{panel: its transitions}"""
    found, name = {'life': transitions_in(after(lines, 'Life:'))}, ''
    for line in after(lines, 'IPC, each half by itself'):
        half = re.match(r'(\w+): +', line)
        name = half.group(1) if half else name
        if name not in ('send', 'recv'):
            raise wrong('"%s" is in neither half, send: or recv:' % line)
        found[name] = found.get(name, []) + transitions_in([line[half.end():] if half else line])
    return found


def enum_of(text, name, prefix):
    found = re.search(r'^enum %s \{([^}]*)\};' % name, text, re.M)
    names = [part.split('=')[0].strip() for part in found.group(1).split(',')] if found else []
    if not names or not all(n.startswith(prefix) for n in names):
        raise wrong('no enum %s of one line whose names begin with %s' % (name, prefix))
    return [n.removeprefix(prefix) for n in names]


def rule(lines, name, form):
    """The part of a numbered rule that has this form."""
    at = next((i for i, line in enumerate(lines) if line.startswith(name + ' ')), len(lines))
    rest = [line for line in lines[at + 1:] if line]
    length = next((i for i, line in enumerate(rest) if re.match(r'T\d', line)), len(rest))
    found = re.match(form, ' '.join(lines[at:at + 1] + rest[:length]))
    if not found:
        raise wrong('its rule %s has not the form %s' % (name, form))
    return found.group(1)


def functions():
    """The names before a parenthesis in the sources of core."""
    paths = glob.glob(os.path.join(TOP, 'kernel/core/*.[ch]'))
    return {name for path in paths for name in re.findall(r'\b(\w+)\(', read(path))}


def check(panel, enum, listed):
    """The states of the panel, the enum and the transitions are the same, and the functions exist."""
    placed = {state for column in PANELS[panel][2] for state in column}
    named = {state for begin, _, end, _, _ in listed for state in begin + end} - {ANY}
    for where, states in (('the enum %s' % PANELS[panel][0], set(enum) | placed & {NO_TCB}),
                          ('the list "%s" of the comment' % panel, named)):
        if states != placed:
            raise wrong('%s has %s, the picture %s' % (where, ', '.join(sorted(states)),
                                                       ', '.join(sorted(placed))))
    known = functions()
    for name in ', '.join(by for _, _, _, by, _ in listed).split(', '):
        if name not in known:
            raise wrong('%s of its comment is no function of core' % name)


def insides(lines, found):
    """{panel: {state: what its box says}}."""
    copying = rule(lines, 'T8', r'T8 +COPYING: ([^,;]+),') + ' (T8)'
    queued = rule(lines, 'T1', r'T1 +send QUEUED: the thread is ([^(.]+?) \(') + ' (T1)'
    ready = [why.removeprefix('READY: ') for _, _, _, _, why in found['recv'] if why.startswith('READY: ')]
    if len(ready) != 1:
        raise wrong('not one transition of the receive half says "READY: ..."')
    life = {end[0]: why for _, _, end, _, why in found['life']}
    return {'life': life, 'send': {'QUEUED': queued, 'COPYING': copying},
            'recv': {'READY': ready[0], 'COPYING': copying}}


def states(text):
    """({panel: transitions}, {panel: {state: text}}, the note)."""
    lines = comment_of(text)
    found = transitions(lines)
    for panel, (enum, prefix, _) in PANELS.items():
        check(panel, enum_of(text, enum, prefix), found.get(panel, []))
    runs = re.search(r'\((an ACTIVE thread with both NONE is runnable)\)', ' '.join(lines))
    if not runs:
        raise wrong('no "(an ACTIVE thread with both NONE is runnable)" in its comment')
    halves = rule(lines, 'T4', r'T4 +(.+)$')
    note = ('%s (T4); %s. A box of the first row says what is so when the state begins, a grey text in which '
            'case the state changes. T1, T4, T8 and T15 are rules of %s.' % (
                halves[0].upper() + halves[1:], runs.group(1), HEADER))
    return found, insides(lines, found), note


# ---- the drawing ----

ROW, PAD, LEFT, RIGHT = 66, 10, EDGE + 82, WIDTH - EDGE - 4
WIDE, LESS_WIDE, NARROW, GAP, BETWEEN = 172, 138, 72, 14, 34


def places(panel, y):
    """{state: box} and [box of each column]: a column of two is a frame around them. Boxes are x, y, w, h."""
    columns = PANELS[panel][2]
    high = max(len(c) for c in columns)
    height = ROW if high == 1 else high * ROW + (high - 1) * BETWEEN + 26 + PAD
    inner = WIDE if len(columns) == 3 else LESS_WIDE
    wide = [NARROW if c in ((NO_TCB,), ('NONE',)) else inner + 2 * PAD * (len(c) > 1) for c in columns]
    between = (RIGHT - LEFT - sum(wide)) / (len(columns) - 1)
    where, frames, x = {}, [], LEFT
    for column, width in zip(columns, wide):
        if len(column) > 1:
            frames.append((x, y, width, height))
            for i, state in enumerate(column):
                where[state] = (x + PAD, y + 26 + i * (ROW + BETWEEN), inner, ROW)
        else:
            frames.append((x, y + (height - ROW) / 2, width, ROW))
            where[column[0]] = frames[-1]
        x += width + between
    return where, frames


def draw_state(picture, box, name, inside):
    x, y, width, height = box
    lines = wrapped(inside.split(), width - 2 * PAD + 4, 'small')
    picture.box(*box, *(('box', 'edge', 'dashed') if name == NO_TCB else ('kernel', 'edge')))
    top = y + height / 2 + 4.5 - 7.5 * len(lines)
    picture.text(x + width / 2, top, name, 'plain' if name == NO_TCB else 'name', anchor='middle')
    for i, line in enumerate(lines):
        picture.text(x + width / 2, top + 16 + 14 * i, line, 'small', anchor='middle')


def draw_label(picture, x, y, room, by, why):
    """The functions above y, the reason below it, both in the middle."""
    picture.text(x, y - 7, by, 'small', anchor='middle')
    for i, line in enumerate(wrapped(why.split(), room, 'small')):
        picture.text(x, y + 16 + 14 * i, line, 'small', 'soft', anchor='middle')


def columns_of(panel, names, but=()):
    """The numbers of the columns that these states are; a part of a column is refused."""
    columns = PANELS[panel][2]
    if names == [ANY]:
        return [i for i, c in enumerate(columns) if c[0] not in (*but, NO_TCB)]
    found = [i for i, c in enumerate(columns) if set(c) <= set(names)]
    if sorted(n for i in found for n in columns[i]) != sorted(names):
        raise wrong('a transition of or to %s alone has no place in the picture' % ', '.join(names))
    return found


def draw_back(picture, frames, begins, end, by):
    """From the lower edges to the lower edge of a box on the left."""
    x, y, width, height = frames[end]
    low = max(f[1] + f[3] for f in frames) + GAP
    for i in begins:
        middle = frames[i][0] + frames[i][2] / 2
        picture.line(middle, frames[i][1] + frames[i][3], middle, low)
    right = max(frames[i][0] + frames[i][2] / 2 for i in begins)
    picture.line(x + width / 2, low, right, low)
    picture.arrow(x + width / 2, low, x + width / 2, y + height)
    picture.text((x + width + frames[end + 1][0]) / 2, low + 15, by, 'small', anchor='middle')


def draw_over(picture, frames, begin, end, by):
    """From an upper edge over the boxes between to an upper edge on the right."""
    top = min(f[1] for f in frames) - GAP
    begin, end = ((f[0] + f[2] / 2, f[1]) for f in (frames[begin], frames[end]))
    picture.line(*begin, begin[0], top)
    picture.line(begin[0], top, end[0], top)
    picture.arrow(end[0], top, *end)
    picture.text((begin[0] + end[0]) / 2, top - 6, by, 'small', anchor='middle')


def draw_both(picture, where, begin, end, by):
    """Between two boxes of a column."""
    x, y, width, height = where[begin]
    low = where[end][1]
    middle = (y + height + low) / 2
    picture.arrow(x + 30, middle, x + 30, y + height)
    picture.arrow(x + 30, middle, x + 30, low)
    picture.text(x + 42, middle + 4, by, 'small')


def draw_arrow(picture, panel, frames, transition):
    """An arrow from each box that it begins at; returns the ways of those that are not straight."""
    begin, _, end, by, why = transition
    [last] = columns_of(panel, end)
    firsts = columns_of(panel, begin, end)
    back, over = [i for i in firsts if i > last], [i for i in firsts if i < last - 1]
    if back:
        draw_back(picture, frames, back, last, by)
    for i in over:
        draw_over(picture, frames, i, last, by)
    if last - 1 in firsts:
        x, y, width, height = frames[last - 1]
        right, y = frames[last][0], y + height / 2
        picture.arrow(x + width, y, right, y)
        draw_label(picture, (x + width + right) / 2, y, right - x - width - 16, by,
                   '' if panel == 'life' else why)
    return ['back'] * bool(back) + ['over'] * len(over)


def draw_arrows(picture, panel, where, frames, listed):
    ways = []
    for transition in listed:
        begin, both, end, by, _ = transition
        if both:
            draw_both(picture, where, begin[0], end[0], by)
        else:
            ways += draw_arrow(picture, panel, frames, transition)
    if len(set(ways)) < len(ways):
        raise wrong('"%s" has two arrows over its boxes or below them, the picture has room for one' % panel)


def draw_panel(picture, y, panel, found, inside):
    """Returns where it ends."""
    over = any(i < columns_of(panel, t[2])[0] - 1 for t in found if not t[1]
               for i in columns_of(panel, t[0], t[2]))
    where, frames = places(panel, y + (GAP + 24 if over else 14))
    low = max(f[1] + f[3] for f in frames) + GAP + 24
    picture.box(EDGE / 2, y, WIDTH - EDGE, low - y, 'panel')
    for i, line in enumerate(wrapped(HEADS[panel].split(), LEFT - EDGE, 'name')):
        picture.text(EDGE, y + 24 + 16 * i, line, 'name')
    for column, frame in zip(PANELS[panel][2], frames):
        if len(column) > 1:
            picture.box(*frame, 'box', 'edge')
            picture.text(frame[0] + frame[2] / 2, frame[1] + 17, GROUP, 'small', anchor='middle')
    for state, box in where.items():
        draw_state(picture, box, state, inside.get(state, ''))
    draw_arrows(picture, panel, where, frames, found)
    return low


def draw(text=None):
    found, inside, note = states(text or read(HEADER))
    picture = Picture('The states of a thread: its life, and the send and receive halves of its IPC', WIDTH)
    draw_head(picture, 'The states of a thread',
              'a thread is in one state of each row; at an arrow: the functions of core that change it')
    y = 66
    for panel in PANELS:
        y = draw_panel(picture, y, panel, found[panel], inside[panel]) + 8
    return picture.svg(draw_notes(picture, y, note), made_from(HEADER))


def planted():
    text = read(HEADER)
    last, more = ' *   DYING    -> (no TCB)', ' *   ACTIVE -> INACTIVE [control_step]\n'
    enum, held, copying = 'SEND_QUEUED }', 'SEND_QUEUED, SEND_HELD }', 'QUEUED -> COPYING'

    def replaced(old, new):
        if old not in text:
            raise ValueError('%s has no "%s" for the self-test' % (HEADER, old))
        return text.replace(old, new, 1)

    def without(old, new=''):
        return refused(draw, replaced(old, new))

    both = replaced(enum, held).replace('NONE, ' + copying, 'NONE, HELD, ' + copying)
    return [
        ('another reason', draw(replaced('more than one step', 'two steps')) != draw(text)),
        ('another function', draw(replaced('[ipc_enqueue]', '[ipc_fail]')) != draw(text)),
        ('a transition without a place', without(last, more + last)),
        ('a state more in an enum', without(enum, held)),
        ('a state more in the comment', without('NONE, ' + copying, 'NONE, HELD, ' + copying)),
        ('a state more in both', refused(draw, both)),
        ('an enum less', without('enum send_phase {')),
        ('a transition without its functions', without('  [thread_create]')),
        ('a function that does not exist', without('[ipc_enqueue]', '[ipc_line_up]')),
        ('a list less', without(' * Life:\n')), ('a rule less', without(' *   T4 ', ' *   X4 ')),
        ('one of two waits', without('recv: NONE -> WAITING, READY', 'recv: NONE -> READY')),
    ]
