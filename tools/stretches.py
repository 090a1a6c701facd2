# SPDX-License-Identifier: BSD-2-Clause
"""stretches.py - what the programs that run bench/longest share: its path, and the kernel's symbols."""
import os
import subprocess

from arch import MACHINE, O, TOP, real_code, real_options

PLUGIN = os.path.join(TOP, O, 'bench/longest.so')
KERNEL = os.path.join(TOP, O, 'pecan')


def is_code(address):
    """If it is one of the kernel's, or where the kernel executes code at physical addresses."""
    in_real = any(low <= address < high for low, high in real_code())
    return in_real or address >= int(MACHINE['KERNEL_BASE'], 16)


def write_symbols(folder):
    """The functions of the kernel's text, between its begin and the gateway page; the file's path."""
    path = os.path.join(folder, 'symbols')
    rows = subprocess.run(['nm', '-n', KERNEL], capture_output=True, text=True, check=True).stdout.split('\n')
    found = {}
    for row in rows:
        words = row.split()
        if len(words) == 3 and words[1] in 'tTrR' and is_code(int(words[0], 16)):
            found[int(words[0], 16)] = words[2]	# the last name at an address
        if len(words) == 3 and words[2] == MACHINE['GATEWAY']:
            break
    with open(path, 'w', encoding='ascii') as f:
        f.writelines('%x %s\n' % pair for pair in sorted(found.items()))
    return path


def plugin(symbols, out, more):
    """The option -plugin of QEMU; more: further options of bench/longest, commas between."""
    return '%s,syms=%s,out=%s,%s%s' % (PLUGIN, symbols, out, more, real_options())
