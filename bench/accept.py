# SPDX-License-Identifier: BSD-2-Clause
"""accept.py - accepted (place.py): the agreed figures of the rows and cliffs, and what they were built with.

    built TAB compiler, mode      figures of another compiler or mode are not compared
    NAME TAB value                agreed; any other value fails, also a lower one
    grows TAB CURVE               a curve that is known not to be flat or logarithmic

docs/pictures/growth.tsv has the points of the curves of the machine that the pages show, as NAME TAB value:
they are agreed and compared as the others are.
"""
import os
import re
import subprocess

import place
import targets

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = place.path('accepted')
PAGE = os.path.join(HERE, '../docs/ipc-cost.md')
POINTS = os.path.join(HERE, '../docs/pictures/growth.tsv')
HEAD = '''# Agreed figures: rows of PEERS.md, cliffs and bases (bench/cliffs.py), how many pairs cost
# more than their sum (bench/pairs.py). `make test` fails when one is another number.
# After a change that is meant: make bench-accept, and say in the commit which moved, and why.
# Form: bench/accept.py.
'''
POINTS_HEAD = '# Made by make bench-accept, compared by make bench-check: curve_NAME_N of bench/METHOD.md.\n'


def built_with():
    compiler = os.environ.get('CC', place.MACHINE['CROSS'] + 'gcc')
    text = subprocess.run(compiler.split() + ['--version'], capture_output=True, text=True, check=True).stdout
    return '%s, %s' % (text.split('\n')[0], os.environ.get('MODE', 'release'))


def read(path=PATH):
    """(built, {name: value}, set of curves)."""
    built, values, grows = '', {}, set()
    with open(path, encoding='utf-8') as f:
        for line in f:
            if line.startswith('#') or not line.strip():
                continue
            name, value = line.rstrip('\n').split('\t')
            if name == 'built':
                built = value
            elif name == 'grows':
                grows.add(value)
            else:
                values[name] = float(value)
    return built, values, grows


def read_points():
    """{name: value}: empty for a machine that no page shows."""
    return read(POINTS)[1] if place.ARCH == place.ON_PAGES else {}


def write_points(points, path=POINTS):
    """points: {name: text}."""
    with open(path, 'w', encoding='utf-8') as f:
        f.write(POINTS_HEAD)
        f.writelines('%s\t%s\n' % item for item in points.items())


def write(built, values, grows, path=PATH):
    """values: {name: text}."""
    with open(path, 'w', encoding='utf-8') as f:
        f.write(HEAD + 'built\t%s\n' % built)
        f.writelines('%s\t%s\n' % item for item in values.items())
        f.writelines('grows\t%s\n' % name for name in sorted(grows))


def page_text(text, values):
    """The page for programmers with {name: number} in its tables: `name` in a row, its figure behind it."""
    def row(m):
        value = values[m.group(2)]
        return m.group(1) + ('{:,.0f}' if value == int(value) else '{:,.2f}').format(value) + ' |'

    return re.sub(r'^(\|.*\| `(\w+)` \| )[\d,.]+ \|$', row, text, flags=re.M)


def write_page(values, path=PAGE):
    with open(path, encoding='utf-8') as f:
        text = f.read()
    with open(path, 'w', encoding='utf-8') as f:
        f.write(page_text(text, values))


def write_missed(missed, path=targets.MISSED):
    """Only targets in `missed` keep their reason in the file `missed`."""
    text = targets.without_met(targets.read_missed(path), missed)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def compare(accepted, values):
    """What is wrong, a list of {name: sentence} items; values: {name: number}."""
    wrong = {}
    for name in sorted(set(accepted) | set(values)):
        if name not in values:
            wrong[name] = 'is accepted and was not measured'
        elif name not in accepted:
            wrong[name] = 'has no accepted figure: make bench-accept'
        elif values[name] != accepted[name]:
            wrong[name] = '%.10g, accepted %.10g: %+.10g; if that is meant: make bench-accept' % (
                values[name], accepted[name], round(values[name] - accepted[name], 2))
    return wrong
