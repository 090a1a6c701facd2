# SPDX-License-Identifier: BSD-2-Clause
"""static.py - x86-64 for tools/check-static: what analysers report; functions in which a word becomes a
pointer, and what word."""
KNOWN = {
    ('kernel/arch/generic/include/arch/atomic.h', '-Wanalyzer-null-dereference'):
        'ports, which have no PTE, end before (visit)',
}
POINTERS = {
    'arch_user_near': 'the direct map, after a walk of the page table',
    'table_of': 'the direct map: a page table, from an entry above it',
    'arch_frame_ptr': 'the direct map: a physical address',
    'print_calls': 'a frame of the kernel stack, when the kernel stops',
}
