# SPDX-License-Identifier: BSD-2-Clause
"""walk.py - one way of a message or its like through the kernel's source files: bench/walks."""
import collections
import os
import re
import subprocess

WIDTH = 100
TABLE_HEAD = '# Made by make bench-accept, compared by make bench-check: walk, file, instructions there.\n'
STAYS_HEAD = ('# Made by make bench-accept, compared by make bench-check: where a round trip is in turn, for '
              'how many\n# instructions: symbols of the kernel, or user code.\n')

# figure: the row of bench/METHOD.md whose first way it is; limit: of its .c and .S files.
Walk = collections.namedtuple('Walk', 'name kind figure limit')
WALKS = [Walk('message', 'walks by C', 'ipc_rtt_cross_0', 5), Walk('page fault', 'walks', 'pf_rtt', 6),
         Walk('interrupt', 'walks', 'irq_user', 12), Walk('map item', 'walks', 'map_4k', 9),
         Walk('Unmap', 'walks', 'unmap_4k', 5)]


def one_way(insns):
    """The kernel instructions from the first one to the next of user code."""
    way = []
    for is_kernel, address in insns:
        if is_kernel:
            way.append(address)
        elif way:
            break
    return way


def sources(addresses, program):
    """{address: [(file, function)]}, the outermost function first, by the program's debugging information."""
    asked = ''.join('%#x\n' % a for a in set(addresses))
    text = subprocess.run(['addr2line', '-a', '-i', '-f', '-e', program], input=asked, capture_output=True,
                          text=True, check=True).stdout
    found = {}
    for address, lines in re.findall(r'^(0x[0-9a-f]+)\n((?:(?!0x).*\n)+)', text, re.M):
        some = re.findall(r'(.*)\n(?:\./)?(.*?):(?:\d+|\?).*\n', lines)
        found[int(address, 16)] = [(path, function) for function, path in reversed(some)]
    return found


def walk_of(addresses, source):
    """{file: {function: instructions}}, files in the order in which they are entered first.

    An instruction counts for the innermost function; one that has none of its own is listed with 0.
    """
    files = {}
    for address in addresses:
        for path, function in source[address]:
            files.setdefault(path, collections.Counter())[function] += 0
        path, function = source[address][-1]
        files[path][function] += 1
    return files


def is_header(path):
    return path.endswith('.h')


def names(files):
    """The walk itself, of what walk_of says."""
    return [os.path.basename(path) for path in files if not is_header(path)]


def table(found):
    """The text of docs/pictures/walks.tsv: of {name of a walk: what walk_of says}."""
    return TABLE_HEAD + ''.join('%s\t%s\t%d\n' % (name, path, sum(functions.values()))
                                for name, files in found.items() for path, functions in files.items())


def stays_table(stays):
    """The text of docs/pictures/waterfall.tsv: of what bench/profile calls stays."""
    return STAYS_HEAD + ''.join('%s\t%d\n' % (symbol, len(addresses)) for symbol, addresses in stays)


def verdict(walk, n):
    """What a walk of n files is, beside its limit."""
    return '%d files, at most %d: %s' % (n, walk.limit, 'met' if n <= walk.limit else 'missed')


def wrapped(text):
    lines = ['']
    for word in text.split(' '):
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines[-1]:
            lines.append('')
        lines[-1] += ' ' * bool(lines[-1]) + word
    return '\n'.join(lines) + '\n'


def listed(text, name, files):
    """The text of the page with the list of that walk, which stands there once."""
    words = 'Files of one way of %s %s:' % ('an' if name[0] in 'aeiouAEIOU' else 'a', name)
    pattern = re.compile('^' + words + r' [^.]*(?:\.[cS]`[^.]*)*\.\n', re.M)
    found = pattern.findall(text)
    if len(found) != 1:
        raise ValueError('the page has %d lists of the files of: %s' % (len(found), name))
    new = wrapped('%s %s.' % (words, ', '.join('`%s`' % n for n in files)))
    return pattern.sub(lambda unused: new, text)
