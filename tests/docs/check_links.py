#!/usr/bin/env python3
"""Every link of README.md and docs/ leads somewhere: files and headings that are there, and so are the files of this
repository that the pages name in code, as `tools/test`. Prints what does not; exit 1 then, or when it saw nothing."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r'\]\(([^)\s]+)\)')
NAMED = re.compile(r'`((?:docs|hsm-sim|include|module|tests|tools)/[\w./-]*)(?: [^`]*)?`')
FENCED = re.compile(r'^```.*?^```$', re.MULTILINE | re.DOTALL)


def anchors_of(page):
    """What GitHub makes of the headings."""
    headings = re.findall(r'^#+ (.+)$', FENCED.sub('', page.read_text()), re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


def is_there(page, link):
    if re.match(r'[a-z]+:', link):
        return link.startswith('https://')
    path, _, anchor = link.partition('#')
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors_of(target))


def main():
    pages = [ROOT / 'README.md', *sorted((ROOT / 'docs').rglob('*.md'))]
    seen, lost = 0, 0
    for page in pages:
        text = page.read_text()
        found = [(link, is_there(page, link)) for link in LINK.findall(FENCED.sub('', text))]
        found += [(path, (ROOT / path).exists()) for path in NAMED.findall(text)]
        seen += len(found)
        for link, there in found:
            if not there:
                lost += 1
                print(f'{page.relative_to(ROOT)}: {link} is not there')
    print(f'{len(pages)} pages, {seen} links and names, {lost} lost')
    return 0 if lost == 0 and seen > 100 else 1


if __name__ == '__main__':
    sys.exit(main())
