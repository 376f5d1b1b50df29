"""logins.py KIND…: each way to log in gets a token, and the token a random number from the HSM."""

import os
import sys

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (CertificateCredential, ClientAssertionCredential, ClientSecretCredential,
                            DefaultAzureCredential, EnvironmentCredential, ManagedIdentityCredential)
from azure.keyvault.keys import KeyClient

from lab import AUTHORITY, URL

TENANT, CLIENT = os.environ['AZURE_TENANT_ID'], os.environ['AZURE_CLIENT_ID']


def federated_token():
    with open(os.environ['AZURE_FEDERATED_TOKEN_FILE'], encoding='ascii') as file:
        return file.read()


CREDENTIALS = {
    'environment': lambda: EnvironmentCredential(**AUTHORITY),
    'certificate': lambda: CertificateCredential(TENANT, CLIENT, os.environ['LAB_CERTIFICATE'], **AUTHORITY),
    'federated token': lambda: ClientAssertionCredential(TENANT, CLIENT, federated_token, **AUTHORITY),
    'managed identity': ManagedIdentityCredential,
    'managed identity by its client id': lambda: ManagedIdentityCredential(client_id=CLIENT),
    'default': lambda: DefaultAzureCredential(**AUTHORITY),
}


def wrong_secret():
    keys = KeyClient(URL, ClientSecretCredential(TENANT, CLIENT, 'not the secret', **AUTHORITY))
    try:
        keys.get_random_bytes(1)
    except ClientAuthenticationError as error:
        assert 'invalid_client' in str(error) or 'AADSTS7000215' in str(error), error
        return
    raise AssertionError('a wrong secret was accepted')


for kind in sys.argv[1:]:
    if kind == 'a wrong secret':
        wrong_secret()
    else:
        assert len(KeyClient(URL, CREDENTIALS[kind]()).get_random_bytes(16)) == 16
    print(f'{kind}: as expected')
