# SPDX-License-Identifier: BSD-2-Clause
"""longest_pieces.py - for how long each server of the running system works in one go (docs/user/system.md).

So late it makes a thread below it; none does twice, as no client below the thread runs.
"""
ROOT = 20			# us: a thread of priority 200 is below root alone
# Server: its priority, and how long, in us, 1,000 instructions each.
SERVERS = {
    'console': (130, 160), 'virtio-blk': (125, 50), 'virtio-net': (125, 10), 'virtio-rng': (125, 10),
    'pci': (125, 10), 'names': (120, 40), 'files': (120, 1600), 'net': (120, 160), 'rtc': (120, 30),
    'shell': (110, 10),
}


def below(priority):
    """us that a thread of that priority may be late."""
    return sum(us for above, us in SERVERS.values() if above > priority) or ROOT
