"""KeyVaultAccessControlClient: built-in and custom roles, assignments at every scope, and that they count at once."""

import os
import uuid

from azure.core.exceptions import ResourceNotFoundError
from azure.keyvault.administration import KeyVaultDataAction, KeyVaultPermission, KeyVaultRoleScope
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, SignatureAlgorithm

from lab import STRANGER, URL, digest_of, keys, refused, roles, run

STRANGER_OBJECT = os.environ['LAB_STRANGER_OBJECT_ID']
BUILT_IN = {'Managed HSM Administrator', 'Managed HSM Crypto Officer', 'Managed HSM Crypto User',
            'Managed HSM Policy Administrator', 'Managed HSM Crypto Auditor',
            'Managed HSM Crypto Service Encryption User', 'Managed HSM Backup User'}


def lists_definitions():
    found = {role.role_name: role for role in roles.list_role_definitions(KeyVaultRoleScope.GLOBAL)}
    missing = {name for name in BUILT_IN if name not in found and name.replace(' User', '') not in found}
    assert not missing, missing
    user = found['Managed HSM Crypto User']
    assert user.name == '21dbd100-6940-42c2-9190-5d6cb909625b' and user.role_type == 'AKVBuiltInRole'
    assert KeyVaultDataAction.SIGN_HSM_KEY in user.permissions[0].data_actions
    assert roles.get_role_definition(KeyVaultRoleScope.GLOBAL, user.name).id == user.id


def keeps_custom_definitions():
    name = uuid.uuid4()
    permission = KeyVaultPermission(data_actions=[KeyVaultDataAction.READ_HSM_KEY])
    made = roles.set_role_definition(KeyVaultRoleScope.GLOBAL, name=name, role_name='Reader', description='reads',
                                     permissions=[permission], assignable_scopes=[KeyVaultRoleScope.GLOBAL])
    assert made.name == str(name) and made.role_name == 'Reader' and made.role_type == 'CustomRole'
    permission.data_actions.append(KeyVaultDataAction.SIGN_HSM_KEY)
    changed = roles.set_role_definition(KeyVaultRoleScope.GLOBAL, name=name, role_name='Signer',
                                        permissions=[permission])
    assert changed.role_name == 'Signer' and len(changed.permissions[0].data_actions) == 2
    roles.delete_role_definition(KeyVaultRoleScope.GLOBAL, name)
    with refused(404, 'RoleDefinitionNotFound', ResourceNotFoundError):
        roles.get_role_definition(KeyVaultRoleScope.GLOBAL, name)
    with refused(400, 'BadParameter'):  # nobody changes what is built in
        roles.set_role_definition(KeyVaultRoleScope.GLOBAL, name='21dbd100-6940-42c2-9190-5d6cb909625b',
                                  role_name='mine')


def signer_role():
    permission = KeyVaultPermission(data_actions=[KeyVaultDataAction.READ_HSM_KEY, KeyVaultDataAction.SIGN_HSM_KEY])
    return roles.set_role_definition(KeyVaultRoleScope.GLOBAL, role_name='Signer', permissions=[permission])


def assignments_count_at_once():
    mine, other = keys.create_ec_key('py-mine'), keys.create_ec_key('py-other')
    role, digest = signer_role(), digest_of('sha256', b'role')
    stranger = KeyClient(URL, STRANGER)
    with refused(403, 'AccessDenied'):
        stranger.get_key('py-mine')
    assignment = roles.create_role_assignment('/keys/py-mine', role.id, STRANGER_OBJECT)
    assert assignment.properties.scope == '/keys/py-mine'
    assert assignment.properties.principal_id == STRANGER_OBJECT
    assert stranger.get_key('py-mine').id == mine.id
    assert CryptographyClient(mine.id, STRANGER).sign(SignatureAlgorithm.es256, digest).signature
    with refused(403, 'AccessDenied'):
        stranger.get_key('py-other')
    with refused(403, 'AccessDenied'):
        CryptographyClient(other, STRANGER).sign(SignatureAlgorithm.es256, digest)
    with refused(403, 'AccessDenied'):
        stranger.begin_delete_key('py-mine')
    roles.delete_role_assignment('/keys/py-mine', assignment.name)
    with refused(403, 'AccessDenied'):
        stranger.get_key('py-mine')
    roles.delete_role_definition(KeyVaultRoleScope.GLOBAL, role.name)


def lists_assignments():
    role = signer_role()
    made = [roles.create_role_assignment(scope, role.id, STRANGER_OBJECT, name=uuid.uuid4())
            for scope in (KeyVaultRoleScope.KEYS, '/keys/py-mine')]
    everywhere = [a.name for a in roles.list_role_assignments(KeyVaultRoleScope.GLOBAL)]
    assert made[1].name not in everywhere  # a list at "/" does not show those of one key
    assert made[1].name in [a.name for a in roles.list_role_assignments('/keys/py-mine')]
    read = roles.get_role_assignment(KeyVaultRoleScope.KEYS, made[0].name)
    assert read.role_assignment_id == made[0].role_assignment_id
    for assignment, scope in zip(made, (KeyVaultRoleScope.KEYS, '/keys/py-mine')):
        roles.delete_role_assignment(scope, assignment.name)
    with refused(404, 'RoleAssignmentNotFound', ResourceNotFoundError):
        roles.get_role_assignment(KeyVaultRoleScope.KEYS, made[0].name)
    roles.delete_role_definition(KeyVaultRoleScope.GLOBAL, role.name)


run(lists_definitions, keeps_custom_definitions, assignments_count_at_once, lists_assignments)
