#!/usr/bin/python3
"""azure-identities.py FOLDER CLUSTER_KEYS: writes FOLDER/identities.json before a development server starts in it.

Beside the applications that every such server has: a stranger without any role, one that logs in with a certificate
(FOLDER/application.pem, made here) and one with tokens of a cluster. The last two are the user under other names.
"""

import json
import os
import secrets
import subprocess
import sys
import uuid


def application(name, **members):
    return dict({'name': name, 'clientId': str(uuid.uuid4()), 'objectId': str(uuid.uuid4()), 'secret': ''}, **members)


# Not base64url: az takes a secret that begins with - for an option.
def with_secret(name, **members):
    return application(name, secret=secrets.token_hex(24), **members)


def certificate(path):
    """A key and its certificate in one file, as clients take it."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=application',
                    '-keyout', path, '-out', path + '.crt'], check=True, stderr=subprocess.DEVNULL)
    with open(path + '.crt', encoding='ascii') as file:
        text = file.read()
    with open(path, 'a', encoding='ascii') as file:
        file.write(text)
    return text


def main():
    folder, cluster_keys = sys.argv[1:]
    os.umask(0o077)
    os.makedirs(folder, exist_ok=True)
    user = with_secret('user')
    applications = [
        with_secret('admin'), user, with_secret('auditor'), application('managed-identity'), with_secret('stranger'),
        application('certificate', objectId=user['objectId'], certificates=[certificate(f'{folder}/application.pem')]),
        application('workload', objectId=user['objectId'], federatedIssuer='https://cluster.lab',
                    federatedSubject='system:serviceaccount:lab:app', federatedKeys=os.path.abspath(cluster_keys)),
    ]
    document = {'tenant': str(uuid.uuid4()), 'identityHeader': secrets.token_urlsafe(24), 'applications': applications}
    with open(f'{folder}/identities.json', 'w', encoding='ascii') as file:
        json.dump(document, file)


if __name__ == '__main__':
    main()
