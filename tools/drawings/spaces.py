# SPDX-License-Identifier: BSD-2-Clause
"""spaces.py - the virtual addresses of each machine: <arch/layout.h>, whose comment says what is at each of
its constants, abi/arch/MACHINE/x2/arch.h and, where programs call the kernel elsewhere, <arch/gateway.h>.
"""
import ast
import operator
import re
from collections import namedtuple

from drawings.common import EDGE, WIDTH, draw_head, draw_notes, made_from, read, refused
from picture import Picture, wrapped

MACHINES = {'x86_64': 'x86-64', 'ia32': 'ia32', 'ppc32': 'ppc32'}
LAYOUT, GATEWAY = 'kernel/arch/%s/include/arch/layout.h', 'kernel/arch/%s/include/arch/gateway.h'
ABI, HASH = 'abi/arch/%s/x2/arch.h', 'kernel/arch/ppc32/hash.h'
NO_ADDRESS = ('_BYTES', '_END', '_PA')		# ends of names of constants that are not where a part begins
PAGE, HALF = 0x1000, 1 << 47			# HALF: of the canonical addresses of x86-64
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
             ast.LShift: operator.lshift, ast.BitOr: operator.or_}
OWN = 'own part, as mapped'			# docs/decisions/small-spaces.md

# rights: what user code may do there, or ''
Part = namedtuple('Part', 'address text rights')
Machine = namedtuple('Machine', 'name end kip utcb stubs parts')


def bad(path, what):
    raise SystemExit('pictures: %s: %s' % (path, what))


def number(node, known):
    """The value of an expression of numbers and of constants that are known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](number(node.left, known), number(node.right, known))
    raise ValueError


def constants(path, text):
    """{name: value} of the constants of a header, in its order."""
    known = {}
    found = re.findall(r'^#define +(\w+)[ \t]+([^\n]+)', text, re.M)
    enums = re.findall(r'\benum \{([^}]*)\}', re.sub(r'/\*.*?\*/', '', text, flags=re.S))
    for name, value in found + [pair for e in enums for pair in re.findall(r'(\w+)\s*=\s*([^,]+)', e)]:
        value = re.sub(r'/\*.*?\*/|\(u?int\w+_t\)|(?<=[0-9a-f])ul?\b', '', value).strip()
        try:
            known[name] = number(ast.parse(value, mode='eval').body, known)
        except (ValueError, SyntaxError):
            if name.startswith(('KMAP_', 'L4_USER', 'L4_INITIAL')):
                bad(path, '%s is no sum, product or shift of numbers and of constants above it' % name)
    return known


def constant(path, known, name):
    return known[name] if name in known else bad(path, 'no constant ' + name)


def rights_of(text):
    """What user code may do, of a text as "readable and executable for users"."""
    found = [right for right, word in (('read', 'read'), ('execute', 'execut')) if word in text]
    return ', '.join(found) if 'users' in text else ''


def plain(text):
    """Without names of files, and without what the picture says elsewhere."""
    return re.sub(r' \(\w+\.[cS]\)|, (which users can|readable)[\w ]*$', '', text)


def parts_of(path, text, user_end):
    """[Part] of the comment of a layout.h, which must have what its constants have."""
    listed = [(int(at, 16), what) for at, what in re.findall(r'^ \*   (0x[0-9a-f]+)  (.+)$', text, re.M)]
    known = {v: n for n, v in reversed(constants(path, text).items()) if n.startswith('KMAP_')
             and not n.endswith(NO_ADDRESS) and v >= user_end and n != 'KMAP_BITMAP'}
    if [at for at, _ in listed] != sorted(known) or not listed:
        bad(path, 'the addresses of its comment, in their order, are not those of its constants')
    return [Part(at, plain(what), OWN if known[at] == 'KMAP_SMALL' else rights_of(what))
            for at, what in listed]


def gateway_page(path, text, hash_text):
    """[Part]: a gateway page that is no constant of layout.h, as on ppc32."""
    known = constants(path, text)
    if 'GATEWAY_ADDRESS' not in known:
        return []
    what = re.search(r'gateway\.h - the (page through which programs call the kernel)', text)
    rights = re.search(r'users can [\w ]+ the frame at pa at GATEWAY_ADDRESS', hash_text)
    if not what or not rights:
        bad(HASH if what else path, 'it does not say what the gateway page is, or what users can do there')
    return [Part(known['GATEWAY_ADDRESS'], 'gateway ' + what.group(1), rights_of(rights.group()))]


def machine(name, text_of=read):
    layout, abi, gateway = LAYOUT % name, ABI % name, GATEWAY % name
    known = constants(abi, text_of(abi))
    end, kip, utcb = (constant(abi, known, 'L4_' + n) for n in ('USER_END', 'INITIAL_KIP', 'INITIAL_UTCB'))
    parts = parts_of(layout, text_of(layout), end) + gateway_page(gateway, text_of(gateway), text_of(HASH))
    stubs = constants(gateway, text_of(gateway)).get('GATEWAY_OFFSET')
    if not any('execute' in p.rights for p in parts) or not utcb < kip < end <= parts[0].address:
        bad(layout, 'no part that users can execute, or the user area does not end below all parts')
    if parts[0].address != end and (end, parts[0].address) != (HALF - PAGE, 2 ** 64 - HALF):
        bad(layout, 'between user area and kernel is neither nothing nor what is not canonical')
    return Machine(MACHINES[name], end, kip, utcb, stubs, parts)


# ---- the drawing ----

GAP, TOP_Y, PAD, LINE = 15, 92, 8, 15
COLUMN = (WIDTH - 2 * EDGE - (len(MACHINES) - 1) * GAP) / len(MACHINES)
INNER_Y, INNER_H, ADDRESS_Y, HOLE = 58, 57, 17, 40


def lines_of(part):
    return wrapped(part.text.split(), COLUMN - 2 * PAD, 'small')


def height_of(part):
    return ADDRESS_Y + LINE * len(lines_of(part)) + 8


def digits_of(m):
    return 16 if m.end >> 32 else 8


def address(value, digits):
    return '0x%0*x' % (digits, value)


def size_text(n):
    for unit, name in ((1 << 40, 'TiB'), (1 << 30, 'GiB')):
        if n % unit in (0, unit - PAGE) and n >= unit - PAGE:
            return '%d %s' % (-(-n // unit), name) + (' less a page' if n % unit else '')
    raise SystemExit('pictures: a user area of %#x bytes is neither of TiB nor of GiB' % n)


def draw_part(picture, x, y, width, height, texts):
    """A box: address or name, rights, lines. texts: of these three; no rights: the kernel's."""
    head, rights, lines = texts
    picture.box(x, y, width, height, 'box' if rights else 'kernel', 'edge')
    picture.text(x + PAD, y + ADDRESS_Y, head, 'plain')
    picture.text(x + width - PAD, y + ADDRESS_Y, rights or 'kernel only', 'small', anchor='end',
                 *([] if rights else ['soft']))
    for i, line in enumerate(lines):
        picture.text(x + PAD, y + ADDRESS_Y + LINE * (i + 1), line, 'small', 'soft')


def draw_user(picture, x, y, height, m):
    """The user area: what the kernel shows there, and all else."""
    digits, stubs = digits_of(m), m.stubs is not None
    picture.box(x, y, COLUMN, height, 'box', 'edge')
    picture.text(x + PAD, y + ADDRESS_Y, address(0, digits), 'plain')
    picture.text(x + COLUMN - PAD, y + ADDRESS_Y, 'as mapped', 'small', anchor='end')
    picture.text(x + PAD, y + ADDRESS_Y + 16, 'user area, ' + size_text(m.end), 'name')
    picture.text(x + PAD, y + ADDRESS_Y + 31, 'pages that pagers have mapped, and:', 'small', 'soft')
    kip = ['stubs of system calls from %#x on;' % m.stubs if stubs else 'the same page in all spaces;',
           'in sigma0 and root at ' + address(m.kip, 8)]
    utcb = ['message registers and more of each thread;',
            'in sigma0 and root from %s on' % address(m.utcb, 8)]
    for i, texts in enumerate((('UTCBs', 'read, write', utcb),
                               ('KIP', 'read, execute' if stubs else 'read', kip))):
        draw_part(picture, x + PAD, y + INNER_Y + i * (INNER_H + 6), COLUMN - 2 * PAD, INNER_H, texts)
    picture.text(x + PAD, y + height - 8, 'up to ' + address(m.end - 1, digits), 'plain')


def draw_machine(picture, x, m, heights):
    """heights: of the user area with what is above it, and of the kernel's parts."""
    user, kernel = heights
    digits = digits_of(m)
    hole = m.parts[0].address != m.end
    picture.text(x + PAD, TOP_Y - 10, m.name, 'name')
    draw_user(picture, x, TOP_Y, user - (HOLE if hole else 0), m)
    if hole:
        y = TOP_Y + user - HOLE
        picture.text(x + PAD, y + 17, address(m.end, digits), 'plain')
        picture.text(x + PAD, y + 32, 'a page never mapped, then none canonical', 'small', 'soft')
    more = (kernel - sum(height_of(p) + 6 for p in m.parts)) / len(m.parts)
    y = TOP_Y + user + 6
    for part in m.parts:
        height = height_of(part) + more
        draw_part(picture, x, y, COLUMN, height,
                  (address(part.address, digits), part.rights, lines_of(part)))
        y += height + 6


NOTE = ('At the right of a part: what user code may do there. Each address is where a part begins; not all '
        'up to the next part is used. A program calls the kernel by the gateway page, on ia32 by stubs in '
        'the KIP. A pointer cell has the address of the UTCB of the running thread; on ppc32 a thread '
        'starts with it in r2. A program in a small space of ia32 sees its own part as addresses from 0 '
        'on.')


def draw(machines=None):
    machines = machines or [machine(name) for name in MACHINES]
    picture = Picture('The virtual addresses of x86-64, ia32 and ppc32: user area and kernel', WIDTH)
    draw_head(picture, 'Virtual addresses of the three machines',
              'the lowest at the top, in their order, not to scale')
    user = INNER_Y + 2 * (INNER_H + 6) + 20 + HOLE
    kernel = max(sum(height_of(p) + 6 for p in m.parts) for m in machines)
    for i, m in enumerate(machines):
        draw_machine(picture, EDGE + i * (COLUMN + GAP), m, (user, kernel))
    files = [path % name for name in MACHINES for path in (LAYOUT, ABI, GATEWAY)]
    return picture.svg(draw_notes(picture, TOP_Y + user + kernel + 12, NOTE), made_from(*files, HASH))


def changed(name, path, old, new):
    """The machine, when a text of that file is another."""
    if old not in read(path):
        raise ValueError(old)
    return machine(name, lambda p: read(p).replace(old, new) if p == path else read(p))


def planted():
    x86, ia32, ppc32 = (LAYOUT % name for name in MACHINES)
    other = draw([machine('x86_64'), changed('ia32', ia32, '0xf4000000', '0xf4400000'), machine('ppc32')])
    wrong = [
        ('a constant that its comment has not', 'ia32', ia32, '0xf4000000ul', '0xf4400000ul'),
        ('a line of the comment that is missing', 'ppc32', ppc32, ' *   0xe0', ' * 0xe0'),
        ('an expression that is not known', 'ia32', ia32, '0xffe00000ul', 'base(3)'),
        ('a user area without an end', 'ia32', ABI % 'ia32', 'L4_USER_END', 'L4_USERS_END'),
        ('a user area that ends in the kernel', 'ia32', ABI % 'ia32', '0xc0000000', '0xc8000000'),
        ('a gateway of which the rights are not said', 'ppc32', HASH, 'users can', 'a user may'),
        ('no part that can be executed', 'x86_64', x86, 'readable and executable', 'there'),
        ('a hole with canonical addresses', 'x86_64', ABI % 'x86_64', '7ffffffff000', '7fffffff0000'),
    ]
    return [(what, refused(changed, *how)) for what, *how in wrong] + [
        ('a constant that is another', other != draw() and '0xf4400000' in other),
        ('rights', [rights_of(t) for t in ('readable and executable for users', 'read by the kernel')]
         == ['read, execute', '']),
    ]
