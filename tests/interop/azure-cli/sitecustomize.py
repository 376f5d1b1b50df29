"""Makes Debian 12's az find what its packages lack, so that the interop test can use it as it is.

azure-cli 2.45 was written for the first generation of the Key Vault client. Debian's python3-azure has only the
second, but azure-cli carries some files of the first with it. Python reads this file at its start (PYTHONPATH); it
offers those files under the names that az imports, and two stubs for what az only names. No command is changed.

Still not possible here: key list, delete, purge, recover, backup and restore (they run in the first generation's
client), and role and backup commands (they want a newer administration client than their own).
"""

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import sys
import types
from pathlib import Path

VENDORED = ('azure/cli/command_modules/keyvault/vendored_sdks/azure_keyvault_t1')
CARRIED = ('http_bearer_challenge_cache', 'http_bearer_challenge', 'http_challenge', 'http_message_security',
           '_internal', 'key_vault_id')


class JsonWebKey:
    """Named in an import, made only for a kind of message protection that nobody offers."""


class KeyVaultErrorException(Exception):
    """Named in an except clause."""


class KeyVaultClient:
    """What az reads the help of `key create` from."""

    def create_key(self):
        """Creates a key.

        :param key_size: The key size in bits.
        :type key_size: int
        """


STUBS = {
    'azure.keyvault.models': {'JsonWebKey': JsonWebKey, 'KeyVaultErrorException': KeyVaultErrorException},
    'azure.keyvault.v7_0': {'__path__': []},
    'azure.keyvault.v7_0.models': {'KeyVaultErrorException': KeyVaultErrorException},
    'azure.keyvault.v7_0.key_vault_client': {'KeyVaultClient': KeyVaultClient},
}


class FirstGeneration(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked last, when nobody else has the module."""

    def find_spec(self, name, path=None, target=None):
        if name in STUBS:
            return importlib.machinery.ModuleSpec(name, self, is_package='__path__' in STUBS[name])
        package, _, module = name.rpartition('.')
        if package != 'azure.keyvault' or module not in CARRIED:
            return None
        for folder in sys.path:
            for file in (Path(folder) / VENDORED / f'{module}.py', Path(folder) / VENDORED / module / '__init__.py'):
                if file.exists():
                    return importlib.util.spec_from_file_location(name, file)
        return None

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        vars(module).update(STUBS[module.__name__])


sys.meta_path.append(FirstGeneration())
if not hasattr(inspect, 'getargspec'):  # gone in Python 3.11
    inspect.getargspec = inspect.getfullargspec
