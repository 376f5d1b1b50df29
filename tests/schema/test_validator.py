#!/usr/bin/python3
"""The judge must be able to say no: exchanges that are right, and the same ones with one thing wrong each."""

import copy
import json
import re
import unittest

from exchanges import Exchange, Judge
from openapi import BASE64URL

JUDGE = Judge()
REQUEST_ID = '11111111-2222-3333-4444-555555555555'
HOST = 'https://lab.managedhsm.localhost:8443'
KID = f'{HOST}/keys/first/0123456789abcdef0123456789abcdef'
HEADERS = {
    'x-ms-request-id': REQUEST_ID, 'x-ms-server-latency': '3', 'x-ms-keyvault-region': 'local',
    'cache-control': 'no-cache', 'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN',
    'content-security-policy': "default-src 'self'", 'content-type': 'application/json; charset=utf-8',
}
BUNDLE = {
    'key': {'kid': KID, 'kty': 'EC-HSM', 'crv': 'P-256', 'key_ops': ['sign', 'verify'], 'x': 'AAAA', 'y': 'AAAA'},
    'attributes': {'enabled': True, 'created': 1, 'updated': 1, 'recoveryLevel': 'Recoverable', 'recoverableDays': 90,
                   'exportable': False},
}
ATTESTED = dict(BUNDLE, attributes=dict(BUNDLE['attributes'], attestation={'version': 'MRVL-1'}))
ROLE_PATH = '/providers/Microsoft.Authorization/roleAssignments'
ASSIGNMENT = {'id': f'{ROLE_PATH}/a', 'name': 'a', 'type': 'Microsoft.Authorization/roleAssignments',
              'properties': {'scope': '/keys/first', 'roleDefinitionId': 'r', 'principalId': 'p'}}
JOB = {'status': 'InProgress', 'statusDetails': None, 'error': None, 'startTime': 1, 'endTime': None, 'jobId': 'a' * 32,
       'azureStorageBlobContainerUri': None}
POLL = {'azure-asyncoperation': f'{HOST}/backup/{"a" * 32}/pending'}
STORAGE = {'storageResourceUri': 'https://a.blob.core.windows.net/c', 'token': '?se=x'}
POLICY = {'id': f'{HOST}/keys/first/rotationpolicy', 'attributes': {'expiryTime': 'P90D', 'created': 1, 'updated': 1},
          'lifetimeActions': [{'trigger': {'timeAfterCreate': 'P60D'}, 'action': {'type': 'Rotate'}}]}
ERROR = {'error': {'code': 'KeyNotFound', 'message': f'no such key (Activity ID: {REQUEST_ID})'}}


def exchange(method, path, status, request='', answer='', version='7.4', headers=None):
    """An exchange as the record has it, a dict: tests change it before it is parsed."""
    query = f'?api-version={version}' if version and '?' not in path else ''
    return {'method': method, 'url': f'{HOST}{path}{query}', 'request_headers': {}, 'status': status,
            'request_body': json.dumps(request) if request != '' else '',
            'response_headers': dict(HEADERS, **(headers or {})),
            'response_body': json.dumps(answer) if answer != '' else ''}


def sentences(recorded):
    return list(JUDGE.violations(Exchange.parse(json.dumps(recorded))))


RIGHT = {
    'create': exchange('POST', '/keys/first/create', 200, {'kty': 'EC-HSM', 'crv': 'P-256'}, BUNDLE),
    'create with an old version': exchange('POST', '/keys/first/create', 200, {'kty': 'EC'}, BUNDLE, '7.0'),
    'get with the oldest version': exchange('GET', '/keys/first', 200, '', dict(
        BUNDLE, attributes={k: v for k, v in BUNDLE['attributes'].items() if k != 'recoverableDays'}), '7.0'),
    'too many slashes': exchange('POST', '///rng//', 200, {'count': 1}, {'value': 'AAAA'}),
    'policy put back': exchange('PUT', '/keys/first/rotationpolicy', 200, POLICY, POLICY),
    'encoded query name': exchange('POST', '/keys/first/create?api%2Dversion=2025-07-01', 200, {'kty': 'EC'}, BUNDLE),
    'get the latest': exchange('GET', '/keys/first/', 200, '', BUNDLE),
    'get without slash': exchange('GET', '/keys/first', 200, '', BUNDLE),
    'sign with the latest': exchange('POST', '/keys/first//sign', 200, {'alg': 'ES256', 'value': 'AAAA'},
                                     {'kid': KID, 'value': 'AAAA'}),
    'HMAC of 7.6': exchange('POST', '/keys/first/v/sign', 200, {'alg': 'HS256', 'value': 'AAAA'},
                            {'kid': KID, 'value': 'AAAA'}, '7.6'),
    'versions': exchange('GET', '/keys/first/versions', 200, '', {'value': [], 'nextLink': None}),
    'pages': exchange('GET', '/keys', 200, '', {'value': [{'kid': f'{HOST}/keys/first', 'attributes':
                      BUNDLE['attributes']}], 'nextLink': f'{HOST}/keys?maxresults=1&$skiptoken=AAAA'}),
    'attestation': exchange('GET', '/keys/first/attestation', 200, '', ATTESTED, '7.6'),
    'purge': exchange('DELETE', '/deletedkeys/first', 204),
    'random': exchange('POST', '/rng', 200, {'count': 128}, {'value': 'AAAA'}),
    'not found': exchange('GET', '/keys/none/', 404, '', ERROR),
    'refused backup': exchange('POST', '/backup', 400, STORAGE, {'error': {
        'code': 'BadRequest', 'innererror': None, 'message': 'The customer provided SAS token is malformed.'}}),
    'challenge': exchange('POST', '/keys/first/create', 401, headers={
        'www-authenticate': 'Bearer authorization="https://localhost/t", resource="https://managedhsm.localhost"'}),
    'assignment of a key': exchange('PUT', f'/keys/first{ROLE_PATH}/a', 201, {'properties': {
        'roleDefinitionId': 'r', 'principalId': 'p'}}, ASSIGNMENT),
    'assignments everywhere': exchange('GET', f'//{ROLE_PATH}', 200, '', {'value': [ASSIGNMENT]}),
    'backup': exchange('POST', '/backup', 202, STORAGE, JOB, '7.2', POLL),
    'backup without token': exchange('POST', '/backup', 202, {'storageResourceUri': 'u', 'useManagedIdentity': True},
                                     JOB, '7.5', POLL),
    'poll without version': exchange('GET', f'/backup/{"a" * 32}/pending', 200, '', dict(JOB, status='Succeeded'), ''),
    'selective restore': exchange('PUT', '/keys/first/restore', 202, {'sasTokenParameters': STORAGE, 'folder': 'f'},
                                  JOB | {}, headers={'azure-asyncoperation': 'u'}),
    'transfer key': exchange('GET', '/securitydomain/upload', 200, '', {'key_format': 'jwk', 'transfer_key': '{}'}),
    'setting': exchange('PATCH', '/settings/a', 200, {'value': 'false'},
                        {'name': 'a', 'type': 'boolean', 'value': 'false'}),
}
RIGHT['selective restore']['response_body'] = json.dumps({k: v for k, v in JOB.items() if not k.startswith('azure')})


def in_answer(*path):
    """A change of the answer's body: the last of path is the new value, None removes."""
    return lambda recorded: change(recorded, 'response_body', path)


def in_request(*path):
    return lambda recorded: change(recorded, 'request_body', path)


def change(recorded, which, path):
    body = json.loads(recorded[which])
    place = body
    for step in path[:-2]:
        place = place[step]
    if path[-1] is None:
        del place[path[-2]]
    else:
        place[path[-2]] = path[-1]
    recorded[which] = json.dumps(body)


def set_to(name, value):
    return lambda recorded: recorded.update({name: value})


def header(name, value):
    def change_header(recorded):
        recorded['response_headers'].pop(name, None)
        if value is not None:
            recorded['response_headers'][name] = value
    return change_header


WRONG = [  # of what right exchange, what is changed, what must be said
    ('create', in_answer('key', 'd', 'AAAA'), "'d' was unexpected"),
    ('create', in_answer('key', 'key_hsm', 'AAAA'), "'key_hsm' was unexpected"),
    ('create', in_answer('key', 'kty', 'RSA-HSN'), "'RSA-HSN' is not one of"),
    ('create', in_answer('key', 'crv', 'secp256r1'), 'is not one of'),
    ('create', in_answer('key', 'crv', 'SECP256K1'), 'is not one of'),  # taken from az, never answered
    ('create', in_answer('key', 'x', 'AA=='), 'does not match'),
    ('create', in_answer('key', 'x', 'A'), 'does not match'),
    ('create', in_answer('key', 'kid', None), "'kid' is a required property"),
    ('create', in_answer('key', 'kid', f'{HOST}/keys/other/0123456789abcdef0123456789abcdef'), 'not a version of'),
    ('create', in_answer('key', 'kid', f'{HOST}/keys/first/0123'), 'has the form'),
    ('create', in_answer('key', 'key_ops', ['sing']), 'is not one of'),
    ('create', in_answer('attributes', 'created', '1'), "is not of type 'integer'"),
    ('create', in_answer('attributes', 'recoveryLevel', 'Never'), 'is not one of'),
    ('create', in_answer('attributes', None), "'attributes' is a required property"),
    ('create', in_answer('created', 1), "'created' was unexpected"),
    ('create', in_answer('tags', {'a': 1}), "is not of type 'string'"),
    ('create', in_request('kty', None), "'kty' is a required property"),
    ('create', in_request('key_size', '2048'), "is not of type 'integer'"),
    ('create', in_request('colour', 'red'), "'colour' was unexpected"),
    ('create', in_request('attributes', {'created': 1}), "'created' was unexpected"),
    ('create', set_to('request_body', '{"kty":'), 'not JSON'),
    ('create', set_to('response_body', '<html>'), 'not JSON'),
    ('create', set_to('status', 201), 'not 201'),
    ('create', set_to('method', 'PUT'), 'no document has this path'),
    ('create', set_to('url', f'{HOST}/keys/first/create'), 'api-version is missing'),
    ('create', set_to('url', f'{HOST}/keys/first/make?api-version=7.4'), 'no document has this path'),
    ('create', header('x-ms-request-id', None), 'no header x-ms-request-id'),
    ('create', header('x-ms-request-id', '7'), 'has the header x-ms-request-id: 7'),
    ('create', header('content-type', 'text/html'), 'content-type is text/html'),
    ('create with an old version', in_answer('release_policy', {'data': 'AAAA'}), "'release_policy' was unexpected"),
    ('get with the oldest version', set_to('url', f'{HOST}/keys/first?api-version=7.1'), "'recoverableDays' is a"),
    ('policy put back', in_answer('lifetimeActions', 0, 'action', 'type', 'ROTATE'), 'is not one of'),
    ('policy put back', in_request('lifetimeActions', 0, 'action', 'type', 'rotte'), 'is not one of'),
    ('sign with the latest', in_request('alg', 'ES257'), 'is not one of'),
    ('sign with the latest', in_request('value', 'a+b/'), 'does not match'),
    ('sign with the latest', in_answer('value', None), "'value' is a required property"),
    ('pages', in_answer('value', 0, 'kid', f'{HOST}/deletedkeys/first'), 'has the form'),
    ('pages', in_answer('nextLink', f'{HOST}/keys?maxresults=1'), 'has the form'),
    ('pages', set_to('url', f'{HOST}/keys?maxresults=26&api-version=7.4'), 'maxresults=26 was accepted'),
    ('purge', set_to('response_body', '{}'), 'has no body'),
    ('random', in_request('count', 129), 'greater than the maximum'),
    ('not found', in_answer('error', 'code', None), "'code' is a required property"),
    ('not found', in_answer('error', 'message', 'no such key'), 'does not end with the Activity ID'),
    ('refused backup', in_answer('error', 'innererror', None), 'does not end with the Activity ID'),
    ('not found', set_to('status', 429), 'without Retry-After'),
    ('challenge', header('www-authenticate', None), '401 with WWW-Authenticate'),
    ('challenge', set_to('response_body', '{"error":{}}'), '401 with the body'),
    ('assignment of a key', in_answer('properties', 'scope', '/secrets'), 'does not match'),
    ('assignment of a key', set_to('status', 200), 'not 200'),
    ('backup', header('azure-asyncoperation', None), 'no header Azure-AsyncOperation'),
    ('backup', in_request('storageResourceUri', None), 'is a required property'),
    ('poll without version', in_answer('status', 'Done'), 'is not one of'),
    ('transfer key', in_answer('transfer_key', {'kty': 'RSA'}), "is not of type 'string'"),
    ('setting', in_answer('value', True), "is not of type 'string'"),
]


class JudgeTest(unittest.TestCase):
    def test_right_exchanges_are_not_reported(self):
        for name, recorded in RIGHT.items():
            with self.subTest(name):
                self.assertEqual(sentences(recorded), [])

    def test_each_wrong_thing_is_reported(self):
        for name, change_it, expected in WRONG:
            recorded = copy.deepcopy(RIGHT[name])
            change_it(recorded)
            with self.subTest(name, expected=expected):
                self.assertIn(expected, ' | '.join(sentences(recorded)))

    def test_headers_may_be_recorded_as_pairs(self):
        recorded = copy.deepcopy(RIGHT['create'])
        recorded['response_headers'] = [list(pair) for pair in recorded['response_headers'].items()]
        self.assertEqual(sentences(recorded), [])

    def test_base64url_has_no_padding_and_no_rest_of_one(self):
        for text, is_right in (('', True), ('AA', True), ('AAA', True), ('AAAA', True), ('A', False), ('AAAAA', False),
                               ('AA==', False), ('AA+A', False), ('AA A', False)):
            self.assertEqual(re.search(BASE64URL, text) is not None, is_right, text)

    def test_every_operation_of_the_documents_is_found_again(self):
        for documents in JUDGE.documents.values():
            for operation in documents.operations:
                path = re.sub(r'\{[^}]+\}', 'x', operation.template)
                self.assertEqual(documents.find_operation(operation.method, path).name, operation.name, path)


if __name__ == '__main__':
    unittest.main()
