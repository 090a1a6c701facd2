# SPDX-License-Identifier: BSD-2-Clause
"""arch.py - the machine that ARCH names (x86_64 without it), for tools: its name, values and output folder.

What only one machine has is in its folder tools/machine/ARCH, as Python files too: part() gives them.
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


def part(name, machine=ARCH):
    """The module NAME.py of a machine."""
    path = os.path.join(MACHINES, machine, name + '.py')
    if not os.path.isfile(path):
        raise SystemExit('%s: there is no tools/machine/%s/%s.py' % (
            os.path.basename(sys.argv[0]), machine, name))
    loader = importlib.machinery.SourceFileLoader('%s_%s' % (name, machine), path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


if ARCH not in names():
    raise SystemExit('%s: ARCH=%s is not known: use one of %s' % (
        os.path.basename(sys.argv[0]), ARCH, ' '.join(names())))
MACHINE = read(ARCH)
O = os.environ.get('O', MACHINE['OUTPUT'])
