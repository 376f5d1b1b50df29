"""Exchanges of a client and the server, as `hsm-sim serve --record FILE` writes them, and what is wrong with them.

One JSON object per line: method, url, request_headers, request_body, status, response_headers, response_body.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from openapi import Documents

HEADERS = {  # of every answer
    'x-ms-request-id': r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    'x-ms-server-latency': r'[0-9]+',
    'x-ms-keyvault-region': r'.+',
    'cache-control': r'no-cache',
    'strict-transport-security': r'max-age=[0-9]+.*',
    'x-content-type-options': r'nosniff',
    'x-frame-options': r'SAMEORIGIN',
    'content-security-policy': r".*default-src 'self'.*",
}
JSON_TYPE = r'application/json; charset=utf-8'
NAME = r'[0-9a-zA-Z-]{1,127}'
LINKS = {  # members of answers that lead clients on, wherever they are
    'kid': rf'https://[^/]+/keys/{NAME}(/[0-9a-f]{{32}})?',
    'recoveryId': rf'https://[^/]+/deletedkeys/{NAME}',
    'nextLink': r'https://[^/]+/[^?]+\?.*(\$|%24)skiptoken=.+',
}
OLD_VERSIONS = {'7.0': '7.0', '7.1': '7.2', '7.2-preview': '7.2', '7.2': '7.2'}  # whose documents count


def headers_of(value):
    """A record has them as an object or as a list of pairs; names are compared without case."""
    pairs = value.items() if isinstance(value, dict) else value
    return {name.lower(): text for name, text in pairs}


@dataclass
class Exchange:
    method: str
    url: str
    status: int
    request_headers: dict = field(default_factory=dict)
    request_body: str = ''
    response_headers: dict = field(default_factory=dict)
    response_body: str = ''

    @classmethod
    def parse(cls, line):
        value = json.loads(line)
        for name in ('request_headers', 'response_headers'):
            value[name] = headers_of(value.get(name) or {})
        return cls(**{name: value[name] for name in cls.__dataclass_fields__ if name in value})

    def __post_init__(self):
        parts = urlsplit(self.url)
        self.path = re.sub('/{2,}(?=.)', '/', unquote(parts.path)) or '/'
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))

    def __str__(self):
        return f'{self.method} {self.url} -> {self.status}'


class Judge:
    def __init__(self, faults_are_on_purpose=False):
        self.faults_are_on_purpose = faults_are_on_purpose
        self.documents = {'7.0': Documents('7.2', unknown=['recoverableDays']), '7.2': Documents('7.2'),
                          '7.4': Documents('7.4')}

    def documents_of(self, exchange):
        version = exchange.query.get('api-version', '7.4')
        return self.documents[OLD_VERSIONS.get(version, '7.4')]

    def violations(self, exchange):
        """Sentences; none when the exchange is one that the documents describe."""
        documents = self.documents_of(exchange)
        yield from self._wrong_headers(exchange)
        if exchange.status == 401:
            yield from self._wrong_challenge(exchange)
            return
        if exchange.status >= 400:
            yield from self._wrong_error(exchange, documents)
            return
        operation = self.operation_of(exchange, documents)
        if operation is None:
            yield f'no document has this path with {exchange.method}, and it was answered with {exchange.status}'
            return
        yield from self._wrong_query(exchange, operation)
        yield from self._wrong_request(exchange, operation, documents)
        yield from self._wrong_answer(exchange, operation, documents)

    @staticmethod
    def operation_of(exchange, documents):
        method = exchange.request_headers.get('x-http-method', exchange.method)  # documented override of POST
        path = exchange.path
        if method == 'GET' and re.fullmatch(r'/keys/[^/]+/?', path):  # the latest version
            path = path.rstrip('/') + '/'
        return documents.find_operation(method, path)

    @staticmethod
    def _wrong_headers(exchange):
        for name, pattern in HEADERS.items():
            value = exchange.response_headers.get(name)
            if value is None:
                yield f'the answer has no header {name}'
            elif not re.fullmatch(pattern, value):
                yield f'the answer has the header {name}: {value}'
        if exchange.response_body and exchange.status != 401:
            if exchange.response_headers.get('content-type') != JSON_TYPE:
                yield f"the answer's content-type is {exchange.response_headers.get('content-type')}"

    @staticmethod
    def _wrong_challenge(exchange):
        challenge = exchange.response_headers.get('www-authenticate', '')
        if not re.match(r'Bearer authorization="https://[^"/]+/[^"]+", resource="https://[^"]+"', challenge):
            yield f'401 with WWW-Authenticate: {challenge}'
        if exchange.response_body not in ('', 'OK'):
            yield f'401 with the body {exchange.response_body[:100]}'

    @staticmethod
    def _body(text, what):
        try:
            return json.loads(text), None
        except ValueError as error:
            return None, f'the {what} is not JSON: {error}'

    def _wrong_error(self, exchange, documents):
        value, problem = self._body(exchange.response_body, 'error')
        if problem:
            yield problem
            return
        for sentence in documents.violations(value, {'$ref': '#/definitions/KeyVaultError'}, 'common', 'response'):
            yield f'error: {sentence}'
        request_id = exchange.response_headers.get('x-ms-request-id')
        error = (value.get('error') if isinstance(value, dict) else None) or {}
        message = str(error.get('message'))
        # The backup service answers some requests itself, with a null innererror and no Activity ID (recorded).
        is_of_backup_service = error.get('code') == 'BadRequest' and error.get('innererror', '') is None
        if not is_of_backup_service and not message.endswith(f' (Activity ID: {request_id})'):
            yield f'error: the message does not end with the Activity ID {request_id}: {message}'
        may_lack_it = self.faults_are_on_purpose or exchange.status not in (429, 503)
        if not may_lack_it and 'retry-after' not in exchange.response_headers:
            yield f'{exchange.status} without Retry-After: clients give up at once'

    @staticmethod
    def _wrong_query(exchange, operation):
        known = {p['name']: p for p in operation.parameters if p.get('in') == 'query'}
        for name, parameter in known.items():
            if parameter.get('required') and name not in exchange.query:
                yield f'query: {name} is missing, and the request was accepted'
        count = exchange.query.get('maxresults')
        if count is not None and 'maxresults' in known and not (count.isdigit() and 1 <= int(count) <= 25):
            yield f'query: maxresults={count} was accepted'

    @staticmethod
    def _wrong_request(exchange, operation, documents):
        bodies = [p for p in operation.parameters if p.get('in') == 'body']
        if not bodies:
            return
        value, problem = Judge._body(exchange.request_body, 'request')
        if problem:
            yield f'{problem}, and it was accepted'
            return
        for sentence in documents.violations(value, bodies[0]['schema'], bodies[0]['file'], 'request'):
            yield f'request: {sentence}'

    def _wrong_answer(self, exchange, operation, documents):
        response = operation.responses.get(str(exchange.status))
        if response is None:
            yield f'{operation.name} is answered with {sorted(operation.responses)}, not {exchange.status}'
            return
        for header in response.get('headers', {}):
            if header != 'Retry-After' and header.lower() not in exchange.response_headers:
                yield f'the answer has no header {header}'
        if 'schema' not in response:
            if exchange.response_body:
                yield f'{exchange.status} has no body, this one: {exchange.response_body[:100]}'
            return
        value, problem = self._body(exchange.response_body, 'answer')
        if problem:
            yield problem
            return
        for sentence in documents.violations(value, response['schema'], response['file'], 'response'):
            yield f'answer: {sentence}'
        yield from wrong_links(value)
        yield from self._wrong_name(exchange, operation, value)

    @staticmethod
    def _wrong_name(exchange, operation, value):
        """An answer about a key is about the key that was asked for."""
        matched = operation.pattern.match(exchange.path)
        name = (matched.groupdict() if matched else {}).get('key_name')
        kid = value.get('kid') or (value.get('key') or {}).get('kid') if isinstance(value, dict) else None
        if name and kid and f'/keys/{name}/'.lower() not in kid.lower():
            yield f'answer: {kid} is not a version of the key {name}'


def wrong_links(value):
    if isinstance(value, list):
        for item in value:
            yield from wrong_links(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            pattern = LINKS.get(name)
            if pattern and isinstance(member, str) and member and not re.fullmatch(pattern, member):
                yield f'answer: {name} has the form {member}'
            yield from wrong_links(member)
