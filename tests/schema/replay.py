#!/usr/bin/python3
"""Sends every example of the OpenAPI documents to a development server: replay.py 7.2|7.4 [--recovering]

An example must be answered with the status that it documents, by all rules of the judge, and with every member that
its answer has. Names and tokens that only the example's author had are replaced (preparations.py). --recovering: only
those of an HSM that awaits its security domain; without it, all others.
"""

import argparse
import copy
import json
import os
import sys
import urllib.request

from client import Client
from exchanges import Judge
from openapi import FOLDER
from preparations import PREPARED

RECOVERING = ('HSMSecurityDomain_TransferKey', 'HSMSecurityDomain_Upload', 'HSMSecurityDomain_UploadPending')
# Members that examples have and a Managed HSM says otherwise.
NOT_SAID = {
    'answer.endTime': 'null while the job goes on',
    'answer.azureStorageBlobContainerUri': 'null until the backup has ended',
    'answer.nextLink': 'absent on the last page',
    'answer.value[].properties.permissions[].notActions': 'its built-in roles have data actions only',
    'answer.value[].properties.permissions[].actions': 'its built-in roles have data actions only',
}


def examples_of(version):
    documents = Judge().documents[version]
    for name, document in documents.files.items():
        for template, methods in document.get('paths', {}).items():
            for method, operation in methods.items():
                for example in operation.get('x-ms-examples', {}).values():
                    path = FOLDER / version / example['$ref']
                    yield operation, method.upper(), template, json.loads(path.read_text())


def members(value, path='answer'):
    """The places of all members: 'answer.key.kid', 'answer.value[].kid'. Tags are anybody's own."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield f'{path}.{name}'
            if name != 'tags':
                yield from members(member, f'{path}.{name}')
    elif isinstance(value, list):
        for item in value[:1]:
            yield from members(item, f'{path}[]')


class Replay:
    def __init__(self, version):
        self.version, self.judge, self.client = version, Judge(), Client()
        self.client.test_attestation = self.test_attestation
        self.wrong = self.count = 0

    def test_attestation(self):
        url = os.environ['AZURE_AUTHORITY_HOST'] + '/generate-test-token'
        with urllib.request.urlopen(url, context=self.client.tls, timeout=20) as answer:
            return json.load(answer)['token']

    def target(self, template, example):
        path = template
        for name, value in example.items():
            path = path.replace('{%s}' % name, str(value).strip('/')) if isinstance(value, str) else path
        query = {name: example[name] for name in ('maxresults', '$skiptoken', '$filter') if name in example}
        return path.replace('//', '/'), query

    def send(self, operation, method, template, recorded):
        name, example = operation['operationId'], copy.deepcopy(recorded['parameters'])
        PREPARED.get(name, lambda *_: None)(self.client, example)
        path, query = self.target(template, example)
        bodies = [value for value in example.values() if isinstance(value, dict)]
        exchange = self.client.exchange(method, path, bodies[0] if bodies else None, query=query,
                                        version=example.get('api-version', self.version))
        self.count += 1
        for sentence in [*self.judge.violations(exchange), *self.differences(exchange, recorded['responses'])]:
            self.wrong += 1
            print(f'{name} {exchange}\n    {sentence}\n    {exchange.response_body[:300]}')

    @staticmethod
    def differences(exchange, documented):
        # One example may show two operations, or both states of a job.
        if str(exchange.status) not in documented:
            yield f'the example is answered with {sorted(documented)}, this with {exchange.status}'
            return
        body = documented[str(exchange.status)].get('body')
        if body is None:
            return
        answer = json.loads(exchange.response_body or 'null')
        if isinstance(answer, dict) and isinstance(answer.get('transfer_key'), str):
            answer['transfer_key'] = json.loads(answer['transfer_key'])  # the service sends it as text, see the judge
        missing = set(members(body)) - set(members(answer))
        for place in sorted(missing - set(NOT_SAID)):
            yield f'the example has {place}, the answer not'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('version', choices=('7.2', '7.4'))
    parser.add_argument('--recovering', action='store_true')
    options = parser.parse_args()
    replay = Replay(options.version)
    for operation, method, template, recorded in examples_of(options.version):
        if (operation['operationId'] in RECOVERING) == options.recovering:
            try:
                replay.send(operation, method, template, recorded)
            except AssertionError as error:
                replay.wrong += 1
                print(f"{operation['operationId']} cannot be prepared: {error}")
    print(f'{replay.count} examples of {options.version}, {replay.wrong} violations')
    sys.exit(1 if replay.wrong or not replay.count else 0)


if __name__ == '__main__':
    main()
