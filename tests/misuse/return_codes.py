#!/usr/bin/env python3
"""Which return codes the tests have met, against those that the standard lists.

    return_codes.py [--write] DOCUMENT PROGRAM [ARGUMENT …] [-- PROGRAM [ARGUMENT …]] …
    return_codes.py [--write] DOCUMENT --recorded FILE

Runs the programs with a recorder (tests/support/recorder.hpp), compares what the functions returned with
standard_codes.txt and never.txt, and wants DOCUMENT to say the same; --write makes it say so. Ends with 1 when it does not,
when a code of the standard is neither met nor explained, when one that is explained as never returned is met, and when a
function returns what neither the standard nor never.txt knows.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Threads race in these suites, so what they meet is not the same each time.
UNSTEADY = ("races/",)


def lines_of(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as text:
        return [line for line in (raw.split("#")[0].strip() for raw in text) if line]


def standard_codes():
    """{function: [code, …]} of standard_codes.txt, in its order."""
    groups, functions = {}, {}
    for line in lines_of("standard_codes.txt"):
        name, *words = line.split()
        codes = []
        for word in words:
            codes += groups[word] if word.startswith("@") else [word]
        (groups if name.startswith("@") else functions)[name] = sorted(set(codes))
    return functions


class Explained:
    """never.txt: reasons, and which codes of which functions they are for."""

    def __init__(self, functions):
        self.sentences, self.never, self.beyond = [], {}, {}
        for line in lines_of("never.txt"):
            kind, _, rest = line.partition(" ")
            if kind == "because":
                self.sentences.append(rest)
                continue
            codes, _, where = rest.partition(":")
            named = where.split()
            table = {"never": self.never, "beyond": self.beyond}[kind]
            for code in codes.split():
                if named[0] != "*":
                    chosen = named
                else:
                    chosen = [f for f in functions if (code in functions[f]) == (kind == "never") and f not in named[2:]]
                for function in chosen:
                    table[function, code] = len(self.sentences)

    def number(self, function, code):
        return self.never.get((function, code))


def record(commands, file):
    for command in commands:
        done = subprocess.run(command, env={**os.environ, "KVP11_RETURN_CODES": file}, stdout=subprocess.DEVNULL,
                              check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: its own tests say why")


def met_in(file):
    """{(function, code): test case} of what a recorder wrote."""
    met = {}
    with open(file, encoding="utf-8") as text:
        for line in text:
            function, code, test = line.split()
            if test.startswith(UNSTEADY):
                continue
            # Misuse's own cases first, then the alphabet's order: the same each time.
            rank = test.startswith("kvp11/"), test.startswith("misfortune"), test
            pair = function, code.removeprefix("CKR_")
            met[pair] = min(met.get(pair, rank), rank)
    return {pair: rank[2] for pair, rank in met.items()}


def faults(functions, met, explained):
    found = []
    missing = {function for function in functions if is_missing(function, met)}
    for function, code in sorted(met):
        if function in missing or function not in functions:
            continue
        if explained.number(function, code) is not None:
            found.append(f"said to be never returned, but {met[function, code]} met it: {function} {code}")
        if code not in functions[function] and (function, code) not in explained.beyond:
            found.append(f"not of the standard, and not explained: {function} {code} ({met[function, code]})")
    for function in functions:
        for code in functions[function]:
            is_told = (function, code) in met or explained.number(function, code) is not None
            if function not in missing and not is_told:
                found.append(f"neither met nor explained: {function} {code}")
    for function, code in explained.never:
        if code not in functions.get(function, ()):
            found.append(f"never.txt explains what the standard does not list: {function} {code}")
    return found


def is_missing(function, met):
    return (function, "FUNCTION_NOT_SUPPORTED") in met and (function, "OK") not in met


def page(functions, met, explained):
    reached = sum((f, c) in met for f in functions if not is_missing(f, met) for c in functions[f])
    never = sum((f, c) not in met and explained.number(f, c) is not None for f in functions if not is_missing(f, met)
                for c in functions[f])
    out = ["# Return codes", ""]
    out += ["What each function of PKCS#11 may return by the standard (tests/misuse/standard_codes.txt has the source), and the",
            "test in which it does. Written by `tests/misuse/return_codes.py` from what the functions really returned; the test",
            "`misuse:return_codes` fails when this page says anything else. Only the cases of misuse_test count; those of",
            "tests/conformance meet more.", ""]
    out += [f"{reached} pairs of function and code are met, {never} are never returned, for these reasons:", ""]
    out += [f"{i}. {sentence}" for i, sentence in enumerate(explained.sentences, 1)]
    out += ["", "Codes in *italics* are not in the standard's list of that function.", ""]
    for function, codes in functions.items():
        out += [f"## {function}", ""]
        if is_missing(function, met):
            out += ["Answers `CKR_FUNCTION_NOT_SUPPORTED`.", ""]
            continue
        out += ["| code | met in |", "|---|---|"]
        out += [f"| {code} | {met[function, code]} |" for code in codes if (function, code) in met]
        beyond = sorted(c for f, c in met if f == function and c not in codes)
        out += [f"| *{c}* ({explained.beyond.get((function, c), '?')}) | {met[function, c]} |" for c in beyond]
        others = [c for c in codes if (function, c) not in met]
        never = [f"{c} ({explained.number(function, c)})" for c in others if explained.number(function, c)]
        out += ["", "Never: " + (", ".join(never) or "none") + ".", ""]
    return "\n".join(out)


def main(words):
    write = "--write" in words
    words = [word for word in words if word != "--write"]
    functions = standard_codes()
    explained = Explained(functions)
    document = words[0]
    if words[1] == "--recorded":
        met = met_in(words[2])
    else:
        commands = [[]]
        for word in words[1:]:
            commands.append([]) if word == "--" else commands[-1].append(word)
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "codes")
            record(commands, file)
            met = met_in(file)
    found = faults(functions, met, explained)
    text = page(functions, met, explained)
    if write:
        with open(document, "w", encoding="utf-8") as file:
            file.write(text)
    elif not os.path.exists(document) or open(document, encoding="utf-8").read() != text:
        found.append(f"{document} says something else: write it anew with --write")
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
