# SPDX-License-Identifier: BSD-2-Clause
"""ways.py - which of the kernel's shorter ways a run of the guest tests took (docs/decisions/fast-path.md).

QEMU writes the addresses that it translates; a way was taken if one of its code is among them. A way is a
file of assembly; or a function, with the one that it is compiled into if only that one stands for it; or a
line of a file.
"""
import os
import re
import subprocess

# Name; function or file; function around it, text of the line, or ''.
WAYS = [
    ('short IPC and SystemClock in assembly', 'fast.S', ''),
    ('short Unmap in assembly', 'fast_unmap.S', ''),
    ('short Unmap: core\'s part', 'kernel_unmap_fast', ''),
    ('Ipc: words to a thread that is RECV_READY', 'give', ''),
    ('exception: registers to a handler that is RECV_READY', 'ipc_end_ready', 'fault_exception'),
    ('exception: a reply into the frame', 'registers_in', 'send_registers'),
    ('Ipc: exit to the partner', 'kernel/arch/x86_64/trap.c', 'return switch_to(next, false);'),
    ('direct switch: a threshold that permits it', 'floor_of', ''),
    ('timer and slow-path flags not looked at', 'run_until_slice_end', ''),
    ('start by ExchangeRegisters', 'ipc_start_over', ''),
    ('map: one page beside another', 'mapping_gain', 'range_item'),
    ('map: a small fpage', 'give_up', ''),
    ('map: several pages at once', 'map_entries', 'map_item'),
    ('map: an extent grows', 'grow', ''),
    ('map: a range of PTEs', 'map_entries', 'range_map'),
    ('unmap: one page', 'revoke_derived', ''),
    ('unmap: a small fpage', 'revoke_entries', 'range_unmap'),
    ('unmap: of several extents, or for a walk', 'revoke_entries', 'revoke_children'),
]


def translated(log):
    """Addresses of the kernel in a log of -d in_asm."""
    with open(log, encoding='latin-1') as f:
        return sorted({a for a in re.findall(r'^0x(ffffffff8\w+):', f.read(), re.M)})


def places(kernel, addresses):
    """{(function or file, function around it, number of the line, or '')} of these addresses."""
    text = subprocess.run(['addr2line', '-a', '-f', '-i', '-e', kernel], check=True, text=True,
                          input='\n'.join(addresses), stdout=subprocess.PIPE).stdout
    found = set()
    for block in re.split(r'^0x\w+\n', text, flags=re.M)[1:]:
        lines = block.splitlines()
        functions = [re.sub(r'\..*', '', f) for f in lines[::2]]
        for path, number in (line.split(' ')[0].split(':') for line in lines[1::2]):
            found.update([(os.path.basename(path), ''), (os.path.relpath(path), number)])
        for i, inner in enumerate(functions):
            found.add((inner, ''))
            found.update((inner, outer) for outer in functions[i + 1:])
    return found


def line_of(path, text):
    """The number, as text, of the only line of the file that is this text."""
    with open(path, encoding='utf-8') as f:
        numbers = [i for i, line in enumerate(f, 1) if line.strip() == text]
    if len(numbers) != 1:
        raise ValueError('%s: not one line is: %s' % (path, text))
    return str(numbers[0])


def taken(kernel, log):
    """Names of the ways whose code was translated. The present directory is the tree's."""
    found = places(kernel, translated(log))
    return [name for name, inner, outer in WAYS
            if (inner, line_of(inner, outer) if '/' in inner else outer) in found]
