#!/usr/bin/python3
"""Judges recorded exchanges by the OpenAPI documents: validate.py RECORD [--at-least N] [--on-purpose]

Prints each violation with the exchange it is in, and how many exchanges and operations were seen. Exit 1 when
there is a violation, or fewer exchanges than expected: a test that recorded nothing proves nothing.
"""

import argparse
import collections
import sys

from exchanges import Exchange, Judge


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('record')
    parser.add_argument('--at-least', type=int, default=1, metavar='N', help='so many exchanges are expected')
    parser.add_argument('--on-purpose', action='store_true', help='faults were set: 429 and 503 may lack Retry-After')
    options = parser.parse_args()
    judge, wrong, seen = Judge(options.on_purpose), 0, collections.Counter()
    with open(options.record, encoding='utf-8') as lines:
        for exchange in map(Exchange.parse, lines):
            operation = judge.operation_of(exchange, judge.documents_of(exchange))
            seen[operation.name if operation else '(unknown path)'] += 1
            for sentence in judge.violations(exchange):
                wrong += 1
                print(f'{exchange}\n    {sentence}')
    count = sum(seen.values())
    print(f'{count} exchanges of {len(seen)} operations, {wrong} violations')
    print('  ' + ', '.join(f'{name} {n}' for name, n in sorted(seen.items())))
    if count < options.at_least:
        print(f'expected: at least {options.at_least} exchanges')
    sys.exit(1 if wrong or count < options.at_least else 0)


if __name__ == '__main__':
    main()
