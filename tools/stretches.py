# SPDX-License-Identifier: BSD-2-Clause
"""stretches.py - what the programs that run bench/longest share: its path, and the kernel's symbols."""
import os
import subprocess

from arch import MACHINE, O, TOP

PLUGIN = os.path.join(TOP, O, 'bench/longest.so')
KERNEL = os.path.join(TOP, O, 'pecan')


def write_symbols(folder):
    """The functions of the kernel's text, between its begin and the gateway page; the file's path."""
    path = os.path.join(folder, 'symbols')
    rows = subprocess.run(['nm', '-n', KERNEL], capture_output=True, text=True, check=True).stdout.split('\n')
    found = {}
    for row in rows:
        words = row.split()
        if len(words) == 3 and words[1] in 'tTrR' and int(words[0], 16) >= int(MACHINE['KERNEL_BASE'], 16):
            found[int(words[0], 16)] = words[2]	# the last name at an address
        if len(words) == 3 and words[2] == MACHINE['GATEWAY']:
            break
    with open(path, 'w', encoding='ascii') as f:
        f.writelines('%x %s\n' % pair for pair in sorted(found.items()))
    return path
