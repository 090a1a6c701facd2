# SPDX-License-Identifier: BSD-2-Clause
"""arch.py - the machine that ARCH names (x86_64 without it), for tools: its name, values and output folder.

What only one machine has is in its folder tools/machine/ARCH, as Python files too, what a family has in
tools/machine/FAMILY: part() gives them.
"""
import glob
import importlib.machinery
import importlib.util
import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MACHINES = os.path.join(TOP, 'tools/machine')
ARCH = os.environ.get('ARCH', 'x86_64')


def names():
    """All machines that there are."""
    return sorted(os.path.basename(os.path.dirname(p)) for p in glob.glob(MACHINES + '/*/values'))


def read(name):
    """{NAME: value} of a machine."""
    with open(os.path.join(MACHINES, name, 'values'), encoding='ascii') as f:
        return dict(line.rstrip('\n').split('=', 1) for line in f if line.strip() and line[0] != '#')


def folders(name):
    """A machine's folders of sources, as in kernel/arch: its family's, its own, that of its size of words."""
    value = read(name)
    return list(dict.fromkeys([value['FAMILY'], name, 'words' + value['WORD_BITS']]))


def load(name, path):
    """The Python file as a module of that name."""
    loader = importlib.machinery.SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def limit(text, name):
    """The number of an option; for `listed` the one of NAME-ARCH in tools/limits."""
    if text != 'listed':
        return int(text)
    with open(os.path.join(TOP, 'tools/limits'), encoding='utf-8') as f:
        found = [line.split()[1] for line in f if line.startswith('%s-%s ' % (name, ARCH))]
    if not found:
        raise SystemExit('%s: tools/limits has no %s-%s' % (os.path.basename(sys.argv[0]), name, ARCH))
    return int(found[0])


def real_code():
    """[(first address, the one behind the last)]: where the kernel executes code at physical addresses."""
    parts = [words.split(':') for words in MACHINE['REAL_CODE'].split(',') if words]
    return [(int(low, 16), int(high, 16)) for low, high in parts]


def real_options():
    """The same as options of the plugins."""
    return ''.join(',real=%#x:%#x' % words for words in real_code())


def part(name):
    """The module NAME.py of the machine, or of its family; ends the program if neither has one."""
    paths = [os.path.join(MACHINES, folder, name + '.py') for folder in (ARCH, MACHINE['FAMILY'])]
    path = next(filter(os.path.isfile, paths), None)
    if not path:
        raise SystemExit('%s: ARCH=%s has no tools/machine/%s/%s.py (docs/porting.md)' % (
            os.path.basename(sys.argv[0]), ARCH, ARCH, name))
    return load(name, path)


if ARCH not in names():
    raise SystemExit('%s: ARCH=%s is not known: use one of %s' % (
        os.path.basename(sys.argv[0]), ARCH, ' '.join(names())))
MACHINE = read(ARCH)
O = os.environ.get('O', MACHINE['OUTPUT'])
