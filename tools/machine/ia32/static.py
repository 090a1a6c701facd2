# SPDX-License-Identifier: BSD-2-Clause
"""static.py - ia32 for tools/check-static: what analysers report; functions in which a word becomes a
pointer, and what word."""
KNOWN = {
    ('kernel/arch/x86/include/arch/ptes.h', '-Wanalyzer-use-of-uninitialized-value'):
        'the object is filled by the function that returns it',
}
POINTERS = {
    'arch_user_near': 'the direct map, after a walk of the page table',
    'table_of': 'the direct map: a page table, from an entry above it',
    'arch_frame_ptr': 'the direct map: a physical address',
    'print_calls': 'a frame of the kernel stack, when the kernel stops',
    'map_image': 'the direct map: its beginning',
    'kmap_add': 'the direct map, or a window',
    'add_window': 'a window',
}
