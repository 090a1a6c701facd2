# SPDX-License-Identifier: BSD-2-Clause
"""place.py - the files of the benchmark that are the machine's: bench/arch/NAME, NAME is ARCH or its family.

    PEERS.md     the rows: operations with their targets, and other kernels' figures
    cliffs       NAME TAB target                     of each cliff of cliffs.py that has one
    accepted     the agreed figures: accept.py
    missed       why targets are missed: targets.py
    cycles.py    of the family: what its instructions may cost
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../tools'))
from arch import ARCH, MACHINE, load  # noqa: E402 (the path is set just above)

ON_PAGES = 'x86_64'	# the machine whose figures the pages of docs have


def known():
    """Names of the machines that have figures."""
    folders = os.path.join(HERE, 'arch')
    return sorted(n for n in os.listdir(folders) if os.path.exists(os.path.join(folders, n, 'accepted')))


def path(name, folder=ARCH):
    """A file of the machine; ends the program if the machine has none."""
    found = os.path.join(HERE, 'arch', folder, name)
    if not os.path.exists(found):
        raise SystemExit('bench: ARCH=%s has no bench/arch/%s/%s (docs/porting.md); with figures: %s' % (
            ARCH, folder, name, ' '.join(known())))
    return found


def cycles():
    """The module cycles.py of the machine's family."""
    return load('cycles', path('cycles.py', MACHINE['FAMILY']))
