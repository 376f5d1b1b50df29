"""What every script here starts with: credentials and clients for the server that the laboratory started.

Only public options: the authority's address, and REQUESTS_CA_BUNDLE for the laboratory's CA.
"""

import contextlib
import hashlib
import os

from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.keyvault.administration import KeyVaultAccessControlClient, KeyVaultBackupClient, KeyVaultSettingsClient
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient

URL = os.environ['KVP11_HSM_URL']
# The first name is identity's of Debian 12, the second of later ones.
AUTHORITY = {'authority': os.environ['AZURE_AUTHORITY_HOST'], 'instance_discovery': False,
             'disable_instance_discovery': True}
CREDENTIAL = ClientSecretCredential(os.environ['AZURE_TENANT_ID'], os.environ['AZURE_CLIENT_ID'],
                                    os.environ['AZURE_CLIENT_SECRET'], **AUTHORITY)
STRANGER = ClientSecretCredential(os.environ['AZURE_TENANT_ID'], os.environ['LAB_STRANGER_ID'],
                                  os.environ['LAB_STRANGER_SECRET'], **AUTHORITY)

keys = KeyClient(URL, CREDENTIAL)
roles = KeyVaultAccessControlClient(URL, CREDENTIAL)
backups = KeyVaultBackupClient(URL, CREDENTIAL)
settings = KeyVaultSettingsClient(URL, CREDENTIAL)


def cryptography(key):
    return CryptographyClient(key, CREDENTIAL)


def digest_of(name, data):
    return hashlib.new(name, data).digest()


@contextlib.contextmanager
def refused(status, code=None, kind=HttpResponseError):
    """What runs inside must fail with this status, this code of the service's error and this class of the client's."""
    try:
        yield
    except kind as error:
        assert error.status_code == status, error
        if code is not None:
            assert error.error.code == code, error
        return
    raise AssertionError(f'{status} was expected')


def run(*tests):
    for test in tests:
        print(test.__name__, flush=True)
        test()
