# SPDX-License-Identifier: BSD-2-Clause
"""scripts.py - scripts of system calls (bench/search): played under bench/longest, bred for long stretches.

A script is BYTES bytes. The corpus is lines "LENGTH HANDLER FUNCTION SCRIPT": the longest stretch with
interrupts off that the script makes when it is played alone, where it was, and the script in hexadecimal.
"""
import json
import os
import random

from guest import Guest, GuestError, O, TOP
from stretches import plugin, write_symbols

STEP, STEPS = 8, 12
BYTES = STEP * STEPS
KINDS = 14			# enum of bench/search/search.h
CORPUS = os.path.join(TOP, 'bench/search/corpus')
WORK = os.path.join(TOP, O, 'search')
BATCH = 12			# scripts of one machine
EACH = 4			# kept of a kind: of one handler and function
END = r'^(search: (?:done|stuck)|bench: failed.*)$'


def play(scripts):
    """[((length, handler, function), script)] of those scripts that ended; one that hangs is left out."""
    found = []
    while scripts:
        ended = play_some(scripts)
        found += zip(ended, scripts)
        scripts = scripts[len(ended) + 1:]
    return found


def play_some(scripts):
    """[(length, handler, function)] of the scripts up to the first that hangs."""
    os.makedirs(WORK, exist_ok=True)
    path, windows = os.path.join(WORK, 'scripts'), os.path.join(WORK, 'windows')
    with open(path, 'wb') as f:
        f.write(b''.join(scripts))
    with Guest('--root', O + '/bench/search', '--boot', path, '--mem', '512', '--append', 'kdb=on kmem=128M',
               '--', '-icount', 'shift=0,sleep=off', '-plugin', plugin(
                   write_symbols(WORK), os.path.join(WORK, 'out'),
                   'windows=%s,least=2000' % windows)) as guest:
        end = guest.expect(END).group(1)
        guest.conclude()
    if end.startswith('bench'):
        print(end)
    found = []
    with open(windows, encoding='ascii') as f:
        for words in map(str.split, f):
            if words[0] == 'end':
                found.append((int(words[2]), words[3], words[4]))
    return found


def load():
    """[((length, handler, function), script)]"""
    if not os.path.exists(CORPUS):
        return []
    with open(CORPUS, encoding='ascii') as f:
        rows = [line.split() for line in f]
    return [((int(n), handler, function), bytes.fromhex(script)) for n, handler, function, script in rows]


def save(pool):
    with open(CORPUS, 'w', encoding='ascii') as f:
        f.writelines('%d %s %s %s\n' % (*found, script.hex()) for found, script in pool)


def fresh(rng):
    return b''.join(bytes([rng.randrange(KINDS)]) + rng.randbytes(STEP - 1) for _ in range(STEPS))


def change(script, other, rng):
    """One to four small changes; other: a script to take steps from."""
    new = bytearray(script)
    for _ in range(rng.randint(1, 4)):
        at, to, n = (rng.randrange(STEPS) * STEP for _ in range(3))
        how = rng.randrange(5)
        if how == 0:
            new[rng.randrange(BYTES)] = rng.randrange(256)
        elif how == 1:
            new[at:at + STEP] = fresh(rng)[:STEP]
        elif how == 2:
            new[at:at + STEP], new[to:to + STEP] = new[to:to + STEP], new[at:at + STEP]
        elif how == 3:
            new[to:to + STEP] = new[at:at + STEP]
        else:
            new[at:at + n] = other[at:at + n]
    return bytes(new[:BYTES])


def best(pool):
    """The longest of each kind, the longest first."""
    kept, count = [], {}
    for found, script in sorted(set(pool), reverse=True):
        kind = found[1:]
        count[kind] = count.get(kind, 0) + 1
        if count[kind] <= EACH:
            kept.append((found, script))
    return kept


def breed(pool, rng):
    """A script: new, or a changed one, more often of the longest."""
    if not pool or rng.random() < 0.1:
        return fresh(rng)
    parent = pool[min(rng.randrange(len(pool)), rng.randrange(len(pool)))][1]
    return change(parent, rng.choice(pool)[1], rng)


def confirm(pool):
    """What each makes when it is played alone, the first of each kind only."""
    alone = []
    for _, script in pool:
        found = play([script])
        if found and found[0][0][1:] not in [k[1:] for k, _ in alone]:
            alone += found
    return sorted(alone, reverse=True)


def search(rounds, seed):
    """Play so many machines of changed scripts, and write those with the longest stretches to the corpus."""
    rng, pool = random.Random(seed), load()
    for i in range(rounds):
        scripts = [breed(pool, rng) for _ in range(BATCH)]
        try:
            pool = best(pool + play(scripts))
        except GuestError as e:
            save_failed(i, scripts)
            print('round %d: %s' % (i, e))
        print('round %d: %s' % (i, ', '.join('%d %s/%s' % f for f, _ in pool[:4])), flush=True)
        save(pool)
    save(confirm(pool[:2 * EACH * EACH]))
    replay()


def save_failed(i, scripts):
    with open(os.path.join(WORK, 'failed-%d' % i), 'wb') as f:
        f.write(b''.join(scripts))


def functions(length):
    """Where the last machine spent a stretch of that length."""
    with open(os.path.join(WORK, 'out'), encoding='ascii') as f:
        found = [k for k in map(json.loads, f) if k.get('length') == length]
    return ', '.join('%s %d' % (f[0], f[2]) for f in found[0]['functions'][:6]) if found else ''


def replay():
    """The longest stretch of the corpus, each script alone."""
    worst = 0
    for (length, handler, function), script in load():
        now = [found[0] for found, _ in play([script])] or [0]
        worst = max(worst, now[0])
        print('%-9s %6d %-14s %-24s (%d when found)  %s' % (
            'script', now[0], handler, function, length, functions(now[0])))
    return worst


def play_fresh(seed):
    """The longest stretch of so many new scripts as a machine plays, drawn from the seed, each alone."""
    rng, worst = random.Random(seed), 0
    for i in range(BATCH):
        for (length, handler, function), _ in play([fresh(rng)]):
            worst = max(worst, length)
            print('%-9s %6d %-14s %-24s (drawn: %d of seed %d)' % (
                'script', length, handler, function, i, seed))
    return worst
