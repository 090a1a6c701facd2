# SPDX-License-Identifier: BSD-2-Clause
"""pointers.py - which functions C sources give away as pointers: in arguments, tables and fields of structs.

What is given in a form that is not understood is an error (Unknown), so that no function is left out.
"""
import glob
import os
import re

from arch import TOP, load

STYLE = load('check_style', os.path.join(TOP, 'tools/check-style'))
WORD = re.compile(r'[A-Za-z_]\w*')
BEFORE_CALL = re.compile(r'(?:^|[^\w\s*]|\b(?:return|else|do)\b)\s*$')	# a type stands before a declaration
POINTER = re.compile(r'\(\*(\w+)\)\s*\(')


class Unknown(Exception):
    """The sources, or machine code, have something that is not understood."""


def read(folder):
    """{path: text} of the C in a folder."""
    found = {}
    for path in sorted(glob.glob(os.path.join(TOP, folder, '**/*.[ch]'), recursive=True)):
        with open(path, encoding='utf-8') as f:
            found[path] = f.read()
    return found


def parts_of(text):
    """The text up to the bracket that closes, at the commas that are in no brackets."""
    found, depth = [''], 0
    for c in text:
        depth += c in '([{'
        depth -= c in ')]}'
        if depth < 0:
            return found
        if c == ',' and depth == 0:
            found.append('')
        else:
            found[-1] += c
    raise Unknown('a bracket is not closed: %s' % text[:40])


class Pointers:
    """What C sources, {path: text}, give away."""

    def __init__(self, texts):
        self.texts = [STYLE.without_preprocessor(STYLE.blank(text)) for text in texts.values()]
        self.defined = {text: list(STYLE.functions(text)) for text in self.texts}
        self.functions = {f[0] for found in self.defined.values() for f in found}

    def within(self, text, at):
        """The function at this place of a text, and the names of its parameters and their types."""
        line = text.count('\n', 0, at) + 1
        for name, first, last, _ in self.defined[text]:
            if first <= line <= last:
                head = '\n'.join(text.split('\n')[first - 1:last]).split('{')[0]
                return name, WORD.findall(head[head.index('('):])
        raise Unknown('a call outside of functions: line %d' % line)

    def passed(self, **calls):
        """The functions in an argument of these calls, FUNCTION=number from 0; one of them may pass on its
        own parameter."""
        found = []
        for text in self.texts:
            for m in re.finditer(r'\b(%s)\s*\(' % '|'.join(calls), text):
                if not BEFORE_CALL.search(text[:m.start()]):
                    continue
                caller, parameters = self.within(text, m.start())
                argument = parts_of(text[m.end():])[calls[m.group(1)]]
                given = {name for name in WORD.findall(argument) if name in self.functions} - {*parameters}
                if not given and (caller not in calls or argument.strip() not in parameters):
                    raise Unknown('which function %s passes to %s is not known: %s'
                                  % (caller, m.group(1), argument.strip()))
                found += given
        return self.some(found, ' '.join(calls))

    def listed(self, kind):
        """The functions in all tables of pointers of this type."""
        found = []
        for text in self.texts:
            for m in re.finditer(r'\b%s\s*\*\s*const\s+\w+\[\w*\]\s*=\s*\{' % kind, text):
                found += self.names(parts_of(text[m.end():]))
        return self.some(found, kind)

    def field(self, kind, name):
        """The functions in this field of all structs of this type, which has only pointers to functions."""
        fields, found = [], []
        for text in self.texts:
            for m in re.finditer(r'\bstruct\s+%s\s*\{([^{}]*)\}' % kind, text):
                fields = POINTER.findall(m.group(1))
        for text in self.texts:
            for m in re.finditer(r'\bstruct\s+%s\s+\w+(\[\w*\])?\s*=\s*\{' % kind, text):
                values = self.names(parts_of(text[m.end():]))
                if m.group(1) or len(values) != len(fields):
                    raise Unknown('a struct %s has other fields, or is an array' % kind)
                found.append(values[fields.index(name)])
        return self.some(found, 'struct ' + kind)

    def names(self, parts):
        """The functions of a list, but for a 0 at its end."""
        parts = [p.strip() for p in parts]
        while parts and parts[-1] in ('', '0'):
            parts.pop()
        for p in parts:
            if p not in self.functions:
                raise Unknown('no function: %s' % p)
        return parts

    @staticmethod
    def some(found, what):
        if not found:
            raise Unknown('no function is found for: %s' % what)
        return sorted(set(found))


# For the self-test: a source; what each look finds, None: it must not pass.
SAMPLE = """
struct kind { void (*work)(int x); int (*rank)(void); };
typedef void part_fn(void);
void begin(int x, void (*work)(int x));
static void work(int x) { (void)x; }
static void other(int x) { begin(x, 0 ? work : /* begin(x, none) */ last); }
static void last(int x) { begin_own(x, other); }
static int rank(void) { return 0; }
static void begin_own(int x, void (*work)(int x)) { begin(x, work); }
static void later(int x) { void (*stored)(int x) = rank; hidden(x, stored); }
static part_fn *const parts[] = { work, rank, 0 };
const struct kind one = { last, rank }, *none;
const struct kind two = { other, rank };
const struct odd three = { work };
"""
CASES = [
    (lambda s: s.passed(begin=1, begin_own=1), ['last', 'other', 'work']),
    (lambda s: s.passed(begin=1), None),		# begin_own passes on any
    (lambda s: s.passed(hidden=1), None),
    (lambda s: s.passed(renamed=1), None),
    (lambda s: s.listed('part_fn'), ['rank', 'work']),
    (lambda s: s.listed('other_fn'), None),
    (lambda s: s.field('kind', 'work'), ['last', 'other']),
    (lambda s: s.field('kind', 'rank'), ['rank']),
    (lambda s: s.field('odd', 'work'), None),
]


def self_test():
    """Returns how many cases there are; all pass, or the program ends."""
    for i, (look, wanted) in enumerate(CASES):
        try:
            got = look(Pointers({'': SAMPLE}))
        except Unknown:
            got = None
        if got != wanted:
            raise SystemExit('pointers: self-test: case %d: %s, not %s' % (i, got, wanted))
    return len(CASES)
