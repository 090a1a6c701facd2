# SPDX-License-Identifier: BSD-2-Clause
"""targets.py - build/bench/targets.tsv: every figure that has a target.

    NAME TAB value TAB target TAB unit

A target is met where the value is not above it. One that is missed is printed, and fails nothing: what must
not get worse is in bench/accepted.
"""


def lines(targets, values, number):
    """targets: {name: number}; values: {name: (number, unit)}."""
    return ['%s\t%s\t%s\t%s\n' % (name, number(values[name][0]), number(target), values[name][1])
            for name, target in targets.items()]


def write(path, targets, values, number):
    with open(path, 'w', encoding='ascii') as f:
        f.writelines(lines(targets, values, number))


def summary(targets, values):
    met = sum(values[name][0] <= target for name, target in targets.items())
    return 'targets: %d met, %d missed' % (met, len(targets) - met)
