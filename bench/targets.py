# SPDX-License-Identifier: BSD-2-Clause
"""targets.py - build/bench/targets.tsv: every figure that has a target; missed (place.py): why.

    NAME TAB value TAB target TAB unit          of targets.tsv
    NAME [NAME...] TAB reason                   of missed: one line for all that miss for that reason

A target is met where the value is not above it. One that is missed is printed with its reason, and fails
nothing: what must not get worse is in `accepted`. A target that is missed without a reason, and a reason
for one that is met, fail `make test`.
"""
import cliffs
import place

MISSED = place.path('missed')
SHOWN = 'bench/arch/%s/missed' % place.ARCH


def wanted(rows):
    """{figure: target}: of the rows and cliffs that have one, and that no pair costs more than its sum."""
    result = {row.figure: row.target for row in rows if row.target is not None}
    result.update({cliffs.figure(c): c.target for c in cliffs.CLIFFS if c.target is not None})
    result['pair_violations'] = 0
    return result


def lines(targets, values, number):
    """targets: {name: number}; values: {name: (number, unit)}."""
    return ['%s\t%s\t%s\t%s\n' % (name, number(values[name][0]), number(target), values[name][1])
            for name, target in targets.items() if name in values]


def write(path, targets, values, number):
    with open(path, 'w', encoding='ascii') as f:
        f.writelines(lines(targets, values, number))


def missed(targets, values):
    """The names; values: {name: number}, without those that the kernel refuses."""
    return [name for name, target in targets.items() if name not in values or values[name] > target]


def read_missed(path=MISSED):
    with open(path, encoding='utf-8') as f:
        return f.read()


def reasons(text):
    """[(names, reason)] of `missed`."""
    some = [line.split('\t') for line in text.splitlines() if line and not line.startswith('#')]
    return [(names.split(), reason) for names, reason in some]


def wrong(text, names):
    """Sentences: what `missed` has too much or too little of, if these targets are missed."""
    listed = [name for some, _ in reasons(text) for name in some]
    found = ['%s misses its target and has no reason in %s' % (n, SHOWN) for n in names if n not in listed]
    found += ['%s has a reason in %s and meets its target' % (n, SHOWN) for n in listed if n not in names]
    return found + ['%s has two reasons in %s' % (n, SHOWN) for n in set(listed) if listed.count(n) > 1]


def without_met(text, names):
    """The text of `missed` with these names only."""
    kept = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith('#'):
            some, reason = line.split('\t')
            some = [name for name in some.split() if name in names]
            line = '%s\t%s' % (' '.join(some), reason) if some else ''
        kept.append(line)
    return ''.join(kept)


def summary(targets, values, text, number):
    """Lines: how many are met, then the others and why. values: {name: number}; text: of `missed`."""
    names = missed(targets, values)
    found = ['targets: %d met, %d missed' % (len(targets) - len(names), len(names))]
    listed = reasons(text)
    known = [name for some, _ in listed for name in some]
    unknown = [([name], 'no reason in ' + SHOWN) for name in names if name not in known]
    for some, reason in listed + unknown:
        figures = ['%s %s, target %s' % (name, number(values[name]) if name in values else 'refused',
                                         number(targets[name]))
                   for name in some if name in names]
        found += ['  %s: %s' % ('; '.join(figures), reason)] if figures else []
    return found
