"""What must be there before an example of the documents can be answered as they say: keys, jobs, roles. Each function
takes the client and the example's parameters, and changes those that only its author's own HSM knew."""

import base64
import hashlib
import json
import os
import subprocess
import time
import uuid

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

CRYPTO_USER = ('Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/'
               '21dbd100-6940-42c2-9190-5d6cb909625b')
PREPARED = {}


def before(*operations):
    def register(function):
        PREPARED.update({name: function for name in operations})
        return function
    return register


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def purge(client, name):
    client.exchange('DELETE', f'/keys/{name}')
    client.exchange('DELETE', f'/deletedkeys/{name}')


def make(client, example, kty='RSA', **members):
    """A key of the example's name; the version of the example is the one that was made."""
    name = example['key-name']
    purge(client, name)
    key = client.ask('POST', f'/keys/{name}/create', dict({'kty': kty, 'tags': {'purpose': 'unit test'}}, **members))
    if 'key-version' in example:
        example['key-version'] = key['key']['kid'].rsplit('/', 1)[1]
    return name


@before('CreateKey', 'ImportKey')
def free_name(client, example):
    purge(client, example['key-name'])


@before('DeleteKey', 'UpdateKey', 'GetKey', 'GetKeyVersions', 'BackupKey', 'encrypt', 'sign', 'wrapKey')
def rsa_key(client, example):
    make(client, example)
    example.pop('$skiptoken', None)


@before('GetKeys')
def some_keys(client, example):
    for name in ('first-of-list', 'second-of-list'):
        make(client, {'key-name': name}, 'EC')
    example.pop('$skiptoken')


def perform(client, example, operation, body):
    name, version = example['key-name'], example['key-version']
    return client.ask('POST', f'/keys/{name}/{version}/{operation}', body)['value']


@before('decrypt')
def encrypted(client, example):
    make(client, example)
    body = example['parameters']
    body['value'] = perform(client, example, 'encrypt', {'alg': body['alg'], 'value': 'dvDmrSBpjRjtYg'})


@before('unwrapKey')
def wrapped(client, example):
    make(client, example)
    body = example['parameters']
    body['value'] = perform(client, example, 'wrapkey', {'alg': body['alg'], 'value': 'dvDmrSBpjRjtYg'})


@before('verify')
def signed(client, example):
    """The example has digest and signature the wrong way round."""
    make(client, example)
    body = example['parameters']
    body['digest'] = body['value']
    body['value'] = perform(client, example, 'sign', {'alg': body['alg'], 'value': body['digest']})


@before('RestoreKey')
def backed_up(client, example):
    name = make(client, {'key-name': 'KeyBackupRestoreTest'}, attributes={'nbf': 1262332800, 'exp': 2999999999})
    example['parameters'] = client.ask('POST', f'/keys/{name}/backup')
    purge(client, name)


@before('GetDeletedKey', 'PurgeDeletedKey', 'RecoverDeletedKey')
def deleted(client, example):
    client.ask('DELETE', '/keys/' + make(client, example))


@before('GetDeletedKeys')
def some_deleted_keys(client, example):
    for name in ('listdeletedkeytest0', 'listdeletedkeytest1'):
        client.ask('DELETE', '/keys/' + make(client, {'key-name': name}, 'EC'))
    example.pop('$skiptoken')


POLICY = {'lifetimeActions': [{'trigger': {'timeAfterCreate': 'P90D'}, 'action': {'type': 'rotate'}}],
          'attributes': {'expiryTime': 'P2Y'}}


@before('RotateKey', 'GetKeyRotationPolicy')
def with_policy(client, example):
    name = make(client, example)
    client.ask('PUT', f'/keys/{name}/rotationpolicy', POLICY)


@before('UpdateKeyRotationPolicy')
def for_policy(client, example):
    """A Managed HSM notifies nobody: the second action of the example is a vault's."""
    make(client, example)
    policy = example['keyRotationPolicy']
    policy['lifetimeActions'] = [a for a in policy['lifetimeActions'] if a['action']['type'] == 'rotate']


@before('release')
def releasable(client, example):
    """A key whose policy asks for what the test authority says of everybody who asks for a test token."""
    authority = os.environ['AZURE_AUTHORITY_HOST']
    claim = {'claim': 'sdk-test', 'equals': True}
    text = json.dumps({'version': '1.0.0', 'anyOf': [{'authority': authority, 'allOf': [claim]}]})
    data = base64url(text.encode())
    make(client, example, 'oct', key_size=256, attributes={'exportable': True}, release_policy={'data': data})
    example['parameters'] = {'target': client.test_attestation()}


# --- roles and settings --------------------------------------------------------------------------


@before('RoleDefinitions_CreateOrUpdate', 'RoleDefinitions_List')
def role_at_the_top(client, example):
    """Definitions live at "/" only, and no two have the same name."""
    example['scope'] = '/'
    if 'roleDefinitionName' in example:
        example['roleDefinitionName'] = str(uuid.uuid4())
        example['parameters']['properties']['roleName'] = example['roleDefinitionName']


@before('RoleDefinitions_Get', 'RoleDefinitions_Delete')
def custom_role(client, example):
    example.update(scope='/', roleDefinitionName=str(uuid.uuid4()))
    client.ask('PUT', f"/providers/Microsoft.Authorization/roleDefinitions/{example['roleDefinitionName']}", {
        'properties': {'roleName': example['roleDefinitionName'], 'type': 'CustomRole', 'description': 'd',
                       'permissions': [{'dataActions': ['Microsoft.KeyVault/managedHsm/keys/sign/action']}]}})


@before('RoleAssignments_Create')
def for_assignment(client, example):
    example['roleAssignmentName'] = str(uuid.uuid4())
    example['parameters']['properties'] = {'roleDefinitionId': CRYPTO_USER, 'principalId': str(uuid.uuid4())}


@before('RoleAssignments_Get', 'RoleAssignments_Delete', 'RoleAssignments_ListForScope')
def assignment(client, example):
    name = str(uuid.uuid4())
    if 'roleAssignmentName' in example:
        example['roleAssignmentName'] = name
    client.ask('PUT', f'/keys/providers/Microsoft.Authorization/roleAssignments/{name}', {
        'properties': {'roleDefinitionId': CRYPTO_USER, 'principalId': str(uuid.uuid4())}})


# --- backup and security domain ------------------------------------------------------------------

STORAGE = {'storageResourceUri': 'https://myaccount.blob.core.windows.net/sascontainer/sasContainer',
           'token': 'se=2999-02-01T00%3A00Z&spr=https&sv=2017-04-17&sr=b&sp=rwdl&sig=c2lnbmF0dXJl'}


def finished(client, answer, kind):
    """Waits for a job of `kind` to end, and says how."""
    path = f"/{kind}/{answer['jobId']}/pending"
    for _ in range(200):
        state = client.ask('GET', path)
        if state['status'] != 'InProgress':
            assert state['status'] == 'Succeeded', state
            return state
        time.sleep(0.05)
    raise AssertionError(f'{path} did not end')


def backup(client):
    """One at a time: a job of the example before may be under way."""
    for _ in range(200):
        started = client.exchange('POST', '/backup', STORAGE)
        if started.status == 202:
            return finished(client, json.loads(started.response_body), 'backup')
        time.sleep(0.05)
    raise AssertionError(f'{started}: {started.response_body}')


@before('FullBackup')
def for_backup(client, example):
    example['azureStorageBlobContainerUri'] = STORAGE


@before('FullBackupStatus')
def backup_job(client, example):
    example['jobId'] = backup(client)['jobId']


@before('FullRestoreOperation')
def for_restore(client, example):
    folder = backup(client)['azureStorageBlobContainerUri'].rsplit('/', 1)[1]
    example['restoreBlobDetails'] = {'sasTokenParameters': STORAGE, 'folderToRestore': folder}


@before('RestoreStatus')
def restore_job(client, example):
    for_restore(client, example)
    job = client.ask('PUT', '/restore', example.pop('restoreBlobDetails'))
    example['jobId'] = finished(client, job, 'restore')['jobId']


@before('SelectiveKeyRestoreOperation')
def for_selective_restore(client, example):
    name = make(client, {'key-name': example['keyName']})
    folder = backup(client)['azureStorageBlobContainerUri'].rsplit('/', 1)[1]
    purge(client, name)
    example['restoreBlobDetails'] = {'sasTokenParameters': STORAGE, 'folder': folder}


def officer(number, folder):
    """A certificate as az sends it."""
    with open(f'{folder}/officer-{number}.cer', 'rb') as file:
        certificate = x509.load_pem_x509_certificate(file.read())
    der = certificate.public_bytes(Encoding.DER)
    public = certificate.public_key().public_numbers()
    n, e = (base64url(value.to_bytes((value.bit_length() + 7) // 8, 'big')) for value in (public.n, public.e))
    return {'kid': f'officer-{number}', 'kty': 'RSA', 'key_ops': ['verify', 'encrypt', 'wrapKey'], 'n': n, 'e': e,
            'alg': 'RSA-OAEP-256', 'x5c': [base64.b64encode(der).decode()],
            'x5t': base64url(hashlib.sha1(der).digest()), 'x5t#S256': base64url(hashlib.sha256(der).digest())}


@before('HSMSecurityDomain_Download')
def officers(client, example):
    """Those of the example are not whole certificates."""
    folder = os.environ['LAB_OFFICERS']
    example['CertificateInfoObject']['certificates'] = [officer(number, folder) for number in (1, 2, 3)]


@before('HSMSecurityDomain_Upload')
def blob(client, example):
    """What officers make of the domain's file for the HSM that asks to recover; kvp11 does it for them."""
    folder = os.environ['LAB_OFFICERS']
    exchange = json.loads(client.ask('GET', '/securitydomain/upload')['transfer_key'])
    with open('exchange.cer', 'w', encoding='ascii') as file:
        file.write(f"-----BEGIN CERTIFICATE-----\n{exchange['x5c'][0]}\n-----END CERTIFICATE-----\n")
    keys = [f'{folder}/officer-{number}.key' for number in (1, 2)]
    subprocess.run([os.environ['KVP11_CLI'], 'security-domain', 'restore-blob', '--sd-exchange-key', 'exchange.cer',
                    '--sd-file', f'{folder}/security-domain.json', '--sd-file-restore-blob', 'blob.json',
                    '--sd-wrapping-keys', *keys], check=True)
    with open('blob.json', encoding='ascii') as file:
        example['security_domain'] = {'value': file.read()}
