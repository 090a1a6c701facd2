# SPDX-License-Identifier: BSD-2-Clause
"""generate.py - one-line mutants of C and of x86 assembly, from the text of a source file.

candidates(path, text) yields all mutants of a file, each a Mutant. Four kinds:

    comparison   < and <=, > and >=, == and != are exchanged; in assembly jb and jbe, and so on
    constant     a number, or a name in capitals that something is compared with, one more or one less
    condition    the condition of an if or a while negated, a ! taken away; in assembly jz and jnz, and so on
    deletion     a statement that stands on lines of its own; in assembly an instruction

What is not mutated: comments, strings, preprocessor lines, assembly statements within C, assertions made when
compiling, declarations, console output, and the last return of a function (without it the function has no
meaning in C).
"""
import re

KINDS = ('comparison', 'constant', 'condition', 'deletion')
SWAP = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '=='}
COMPARE = re.compile(r'->|<<=|>>=|<<|>>|<=|>=|==|!=|<|>')
NUMBER = re.compile(r'(?<![\w.])(?:0x[0-9a-fA-F]+|\d+)(?=[uUlL]*(?![\w.]))')
NAMED = re.compile(r'(?:<=|>=|<|>|==|!=) ([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?![\w(])')
BRANCH = re.compile(r'\b(?:if|while) \(')
NOT = re.compile(r'!(?![=!])')
STATEMENT = re.compile(r'^(\t+)(?!(?:if|for|while|else|switch|do|case|default)\b)'
                       r'([a-z*+(-][^;{}]*;)[ \t]*$', re.M)
DECLARATION = re.compile(r'(?:const|static|register|struct|enum|union|unsigned|short|int|long|char|bool|'
                         r'void|\w+_t)\s+[\w*(]')
KEYWORD = re.compile(r'(?:return|typedef|extern)\b')

SET_ASIDE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
                       r'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.S | re.M)
ASIDE_CALL = re.compile(r'\b(?:_Static_assert|asm|__asm__|__attribute__|printk|panic|ASSERT)\b[ \w]*(?=\()')

CODE = re.compile(r'^[ \t]*(?:\w+:[ \t]*)*((?:rep |lock )?[a-z]\w*)(?:[ \t]+(\S.*?))?[ \t]*$', re.M)
OPPOSITE = {a: b for pair in ('z nz', 'e ne', 'b ae', 'a be', 'l ge', 'g le', 's ns', 'c nc', 'o no', 'p np')
            for a, b in (pair.split(), reversed(pair.split()))}
BOUND = {'b': 'be', 'be': 'b', 'a': 'ae', 'ae': 'a', 'l': 'le', 'le': 'l', 'g': 'ge', 'ge': 'g', 'e': 'ne',
         'ne': 'e', 'z': 'nz', 'nz': 'z'}
CONDITIONAL = re.compile(r'^(j|cmov|set)(n?[zescop]|[abgl]e?)$')
FUNCTION = re.compile(r'^(?:[a-z].*?[ *])?([a-z]\w*)(?:\([^;]*$|:)', re.M)	# or a label, in assembly
IMMEDIATE = re.compile(r'\$(0x[0-9a-fA-F]+|\d+)\b')


class Mutant:
    """In path, text[start:end] becomes new. was and becomes: the lines concerned, for people and the list."""

    def __init__(self, path, text, kind, start, end, new):
        first = text.rfind('\n', 0, start) + 1
        last = text.find('\n', end)
        last = len(text) if last < 0 else last
        self.path, self.kind, self.start, self.end, self.new = path, kind, start, end, new
        self.line = text.count('\n', 0, start) + 1
        self.function = '-'
        self.was = squeeze(text[first:last])
        self.becomes = squeeze(text[first:start] + new + text[end:last])

    def applied(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def key(self):
        """What it is, whatever line it is in."""
        return '%s %s: %s => %s' % (self.path, self.function, self.was, self.becomes)

    def __str__(self):
        return '%s:%d %s: %s => %s' % (self.path, self.line, self.function, self.was, self.becomes)


def squeeze(text):
    return ' '.join(re.sub(r'/\*.*?\*/|/\*.*$|^[^/]*\*/', ' ', text, flags=re.S).split())


def blank(text):
    return re.sub(r'[^\n]', ' ', text)


def closing(text, at):
    """The place after the parenthesis that closes the one at text[at]."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == '(') - (text[i] == ')')
        if depth == 0:
            return i + 1
    return len(text)


def masked(text):
    """The same text with blanks for what is not mutated."""
    text = SET_ASIDE.sub(lambda m: blank(m.group()), text)
    at = 0
    while m := ASIDE_CALL.search(text, at):
        at = closing(text, m.end())
        text = text[:m.start()] + blank(text[m.start():at]) + text[at:]
    return text


def changed_numbers(digits):
    form = '0x%x' if digits.startswith('0x') else '0%o' if digits.startswith('0') and digits != '0' else '%d'
    value = int(digits, 8 if form == '0%o' else 0)
    return [form % (value + 1)] + ([form % (value - 1)] if value else [])


def deletions(text):
    """(start, end) of the statements of C that can be taken out."""
    for m in STATEMENT.finditer(text):
        words = m.group(2)
        before = text[:m.start()].rstrip()
        inner_return = words.startswith('return') and len(m.group(1)) > 1
        if not before.endswith((';', '{', '}', ')', ':', 'else', 'do')) or DECLARATION.match(words):
            continue
        if inner_return or not KEYWORD.match(words):
            yield m.start(2), m.end(2)


def of_c(path, source):
    text = masked(source)
    for m in COMPARE.finditer(text):
        if m.group() in SWAP:
            yield Mutant(path, source, 'comparison', m.start(), m.end(), SWAP[m.group()])
    for m in NUMBER.finditer(text):
        for new in changed_numbers(m.group()):
            yield Mutant(path, source, 'constant', m.start(), m.end(), new)
    for m in NAMED.finditer(text):
        for sign in '+-':
            yield Mutant(path, source, 'constant', m.start(1), m.end(1), '(%s %s 1)' % (m.group(1), sign))
    for m in BRANCH.finditer(text):
        start, end = m.end() - 1, closing(text, m.end() - 1)
        yield Mutant(path, source, 'condition', start, end, '(!%s)' % source[start:end])
    for m in NOT.finditer(text):
        yield Mutant(path, source, 'condition', m.start(), m.end(), '')
    for start, end in deletions(text):
        yield Mutant(path, source, 'deletion', start, end, ';')


def of_assembly(path, source):
    text = masked(source)
    for m in CODE.finditer(text):
        name, operands = m.group(1), m.group(2) or ''
        yield Mutant(path, source, 'deletion', m.start(1), m.end(2) if operands else m.end(1), '')
        condition = CONDITIONAL.match(name)
        if condition:
            what, when = condition.groups()
            yield Mutant(path, source, 'condition', m.start(1), m.end(1), what + OPPOSITE[when])
            if when in BOUND and BOUND[when] != OPPOSITE[when]:
                yield Mutant(path, source, 'comparison', m.start(1), m.end(1), what + BOUND[when])
        for n in IMMEDIATE.finditer(operands):
            at = m.start(2) + n.start(1)
            for new in changed_numbers(n.group(1)):
                yield Mutant(path, source, 'constant', at, at + len(n.group(1)), new)


def candidates(path, text):
    found = list(of_assembly(path, text) if path.endswith('.S') else of_c(path, text))
    names = [(m.start(), m.group(1)) for m in FUNCTION.finditer(text)]
    for mutant in found:
        mutant.function = ([name for start, name in names if start <= mutant.start] or ['-'])[-1]
    return found
