# SPDX-License-Identifier: BSD-2-Clause
"""system.py - what the image of `make run` starts: user/init, init.run, init.ports, linux/init.linux."""
import glob
import os
import re

import arch
from drawings.common import EDGE, MACHINE, TOP, WIDTH, made_from, read
from picture import Picture, problems, width_of, wrapped

DESCRIPTIONS = ('user/init', 'user/init.run', 'user/init.ports', 'linux/init.linux')
KINDS = ('servers', 'drivers')		# folders of user/; all else are programs
USUAL_PRIORITY = '100'			# docs/user/system.md
PANEL, PANEL_HEAD, CELL, GAP, IN_ROW = EDGE / 2, 22, 38, 8, 7


def lines_of_machine(text):
    """The lines of a description that x86-64 has: those with @NAME are of that machine or family."""
    names = (MACHINE, arch.read(MACHINE)['FAMILY'])
    for line in text.splitlines():
        mark = re.match(r'\s*@(\w+)\s', line)
        if not mark or mark.group(1) in names:
            yield re.sub(r'^(\s*)@\w+\s', r'\1', line)


def sections_of(text):
    """{name: {statement: its values}} of a system description, in its order."""
    found, section = {}, {}
    for line in lines_of_machine(text):
        for words in map(str.split, line.split('#')[0].split(';')):
            if words and words[0] == 'task':
                section = found.setdefault(words[1], {})
            elif words:
                section.setdefault(words[0], []).extend(words[1:])
    return found


def tasks_of(text):
    """The same without the section of all programs that have none."""
    return {name: s for name, s in sections_of(text).items() if name != '*'}


def kind_of(name):
    return next((k for k in KINDS if os.path.isdir(os.path.join(TOP, 'user', k, name))), 'programs')


def system():
    """({kind: {name: section}}, names of the programs that are started by hand, Linux's section)."""
    tasks = tasks_of('\n'.join(map(read, DESCRIPTIONS)))
    linux, found = tasks.pop('linux'), {kind: {} for kind in KINDS + ('programs',)}
    for name, section in tasks.items():
        if 'start' in section:
            found[kind_of(name)][name] = section
    apps = [os.path.basename(p[:-1]) for p in glob.glob(os.path.join(TOP, 'user/apps/*/'))]
    by_hand = {n for n in [*tasks, *apps] if not any(n in some for some in found.values())}
    return found, sorted(by_hand), linux


def draw_task(picture, x, y, width, name, section, height=CELL):
    """A box: its name, what it provides, its priority."""
    picture.box(x, y, width, height, 'box', 'edge', *(['dashed'] if 'when-found' in section else []))
    picture.text(x + 8, y + 16, name, 'name')
    picture.text(x + width - 7, y + height - 7, section.get('priority', [USUAL_PRIORITY])[0], 'small', 'soft',
                 anchor='end')
    if section.get('provides'):
        picture.text(x + 8, y + 31, ' '.join(section['provides']), 'small', 'soft')


def draw_panel(picture, y, head, height):
    picture.box(PANEL, y, WIDTH - 2 * PANEL, height, 'panel')
    picture.text(EDGE, y + 15, head, 'small', 'soft')
    return y + PANEL_HEAD


def draw_tasks(picture, y, head, tasks):
    """A panel with a box for each task; returns where it ends."""
    columns = min(IN_ROW, len(tasks))
    rows = -(-len(tasks) // columns)
    width = (WIDTH - 2 * EDGE - (columns - 1) * GAP) / columns
    height = PANEL_HEAD + rows * (CELL + GAP)
    top = draw_panel(picture, y, head, height)
    order = sorted(tasks, key=lambda name: 'when-found' in tasks[name])
    for i, name in enumerate(order):
        draw_task(picture, EDGE + i % columns * (width + GAP), top + i // columns * (CELL + GAP), width, name,
                  tasks[name])
    return y + height


def draw_programs(picture, y, started, others, linux):
    """The shell and what else is started at boot, the programs that the shell starts, and Linux."""
    width, linux_width = 116, 232
    left = EDGE + len(started) * (width + GAP)
    right = WIDTH - EDGE - linux_width
    lines = wrapped(others, right - GAP - left - 20, 'plain')
    inner = max(CELL, 30 + 16 * len(lines))
    top = draw_panel(picture, y, 'programs', PANEL_HEAD + inner + GAP)
    for i, (name, section) in enumerate(started.items()):
        draw_task(picture, EDGE + i * (width + GAP), top, width, name, section, inner)
    picture.box(left, top, right - GAP - left, inner, 'box', 'edge')
    picture.text(left + 10, top + 16, 'started by the shell, or by each other', 'small', 'soft')
    for i, line in enumerate(lines):
        picture.text(left + 10, top + 35 + 16 * i, line, 'plain')
    picture.box(right, top, linux_width, inner, 'box', 'edge', 'dashed')
    picture.text(right + 10, top + 16, 'Linux', 'name')
    picture.text(right + linux_width - 8, top + 16, linux.get('priority', [USUAL_PRIORITY])[0], 'small',
                 'soft', anchor='end')
    for i, line in enumerate(('a program of make run-linux;', 'its processes have child spaces')):
        picture.text(right + 10, top + 33 + 15 * i, line, 'small', 'soft')
    return y + PANEL_HEAD + inner + GAP


BELOW = (('supervisor', 'decides what runs'),
         ('root', 'starts all tasks, and pages them'),
         ('sigma0', "owns all memory but the kernel's"))
KERNEL = 'threads, address spaces, messages, mappings, scheduling, interrupts'
NOTE = ('In each box: what it provides, and its priority. Dashed: not there in each system; such a '
               'driver is started when its device is found.')


def draw(tables=None):
    found, others, linux = tables or system()
    picture = Picture('The system: kernel, sigma0, root, supervisor, servers, drivers and programs', WIDTH)
    y = draw_programs(picture, 8, found['programs'], others, linux)
    for kind in KINDS:
        y = draw_tasks(picture, y + GAP, kind, found[kind])
    y, width = y + GAP, (WIDTH - 2 * PANEL - (len(BELOW) - 1) * GAP) / len(BELOW)
    for i, (name, text) in enumerate(BELOW):
        x = PANEL + i * (width + GAP)
        picture.box(x, y, width, 30, 'panel')
        picture.text(x + 8, y + 20, name, 'name')
        picture.text(x + 8 + width_of(name, 'name') + 10, y + 20, text, 'small', 'soft')
    y += 30 + GAP
    picture.line(PANEL, y + 8, WIDTH - 330, y + 8, 'line', 'dashed')
    picture.text(WIDTH - EDGE, y + 12, 'above: user mode, an address space for each box', 'small', 'soft',
                 anchor='end')
    y += 22
    picture.box(PANEL, y, WIDTH - 2 * PANEL, 34, 'kernel')
    picture.text(EDGE, y + 22, 'kernel', 'name')
    picture.text(EDGE + width_of('kernel', 'name') + 14, y + 22, KERNEL, 'plain')
    picture.text(EDGE, y + 52, NOTE, 'small', 'soft')
    return picture.svg(y + 62, made_from(*DESCRIPTIONS))


def with_task(name, *where):
    """The system with one more task."""
    found, others, linux = system()
    for kind in where:
        found[kind] = dict(found[kind], **{name: {'provides': ['new'], 'priority': ['99']}})
    return draw((found, others + [name] * (not where), linux))


def planted():
    longer = problems(with_task('longer-than-its-box', 'drivers'))
    return [
        ('a task whose name is longer than its box', any('longer-than' in p and 'crosses the edge' in p
                                                         for p in longer)),
        ('a task that is new', all('>newcomer</text>' in with_task('newcomer', kind) for kind in KINDS)),
        ('a program that is new', 'newcomer' in with_task('newcomer')),
        ('a line of another machine', list(lines_of_machine('a\n\t@ppc32 b\n\t@x86 c')) == ['a', '\tc']),
    ]
