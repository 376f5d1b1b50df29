"""What the documents of 7.2 and 7.4 do not say, and clients and service do: what api-versions up to 2025-07-01 add,
and where the service is known to answer otherwise than its own documents.

Each row names its reason. Sources: the TypeSpec of Azure/azure-rest-api-specs (Keys, Administration, SecurityDomain),
and what the service answered in the recordings of azure-cli and of the Python and JavaScript clients.
"""

COMMON_ERROR = {'description': 'error', 'schema': {'$ref': 'common.json#/definitions/KeyVaultError'}}
VERSION_PARAMETER = {'name': 'api-version', 'in': 'query', 'required': True, 'type': 'string'}

# Values that later versions add to an enum, by the x-ms-enum name of the documents.
VALUES = {
    'JsonWebKeySignatureAlgorithm': ('HS256', 'HS384', 'HS512'),                            # 7.6
    'JsonWebKeyEncryptionAlgorithm': ('CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'),          # 7.6
    # 7.3: the first three. The rest is in use and in no document (recorded definitions of built-in roles).
    'DataAction': tuple('Microsoft.KeyVault/managedHsm/' + action for action in (
        'keys/release/action', 'securitydomain/download/read', 'rng/action', 'settings/read/action',
        'settings/write/action', 'keys/rotate/action', 'keys/derive/action')),
}
# What clients send and the service takes, and never answers: az imports secp256k1 keys of PEM files by this name.
# Actions of rotation are read without case.
SENT_VALUES = {'JsonWebKeyCurveName': ('SECP256K1',), 'KeyRotationPolicyAction': ('ROTATE', 'NOTIFY')}
# Read-only members that clients put back as they got them.
PUT_BACK = {'KeyRotationPolicy': {'id'}, 'KeyRotationPolicyAttributes': {'created', 'updated'}}
# az's pollers know this word, the service answered it until 2020 (wire recordings).
STATUS_WORDS = ('Succeeded',)

PRIVATE_MEMBERS = {'d', 'dp', 'dq', 'qi', 'p', 'q', 'k', 'key_hsm'}

# What a key's answer always has: the documents leave every member optional, the clients' models do not work without.
REQUIRED_IN_ANSWERS = {
    'KeyBundle': {'key', 'attributes'},
    'DeletedKeyBundle': {'key', 'attributes', 'recoveryId', 'scheduledPurgeDate', 'deletedDate'},
    'KeyItem': {'kid', 'attributes'},
    'DeletedKeyItem': {'kid', 'attributes', 'recoveryId', 'scheduledPurgeDate', 'deletedDate'},
    'JsonWebKey': {'kid', 'kty', 'key_ops'},
    'KeyAttributes': {'enabled', 'created', 'updated', 'recoveryLevel', 'recoverableDays'},
    'KeyOperationResult': {'kid', 'value'},
    'KeyVerifyResult': {'value'},
    'KeyListResult': {'value'},
    'DeletedKeyListResult': {'value'},
    'BackupKeyResult': {'value'},
    'KeyReleaseResult': {'value'},
    'KeyVaultError': {'error'},
    'Error': {'code', 'message'},
    'RoleDefinition': {'id', 'name', 'type', 'properties'},
    'RoleAssignment': {'id', 'name', 'type', 'properties'},
    'RoleDefinitionListResult': {'value'},
    'RoleAssignmentListResult': {'value'},
    'RoleAssignmentPropertiesWithScope': {'scope', 'roleDefinitionId', 'principalId'},
    'FullBackupOperation': {'status', 'jobId', 'startTime'},
    'RestoreOperation': {'status', 'jobId', 'startTime'},
    'SelectiveKeyRestoreOperation': {'status', 'jobId', 'startTime'},
    'SecurityDomainOperationStatus': {'status'},
    'SettingsListResult': {'settings'},
}


def values_of(schema, is_response):
    name = schema.get('x-ms-enum', {}).get('name', '')
    if name == 'OperationStatus' or set(schema['enum']) >= {'Success', 'InProgress', 'Failed'}:
        return STATUS_WORDS
    return VALUES.get(name, ()) + (() if is_response else SENT_VALUES.get(name, ()))


def required_members(name, is_response):
    return REQUIRED_IN_ANSWERS.get(name, set()) if is_response else set()


def optional_members(name, is_response):
    # az 2.45 sends the certificates of a security domain without "kid".
    if name == 'SecurityDomainJsonWebKey' and not is_response:
        return {'kid'}
    # 7.5: a SAS token may be missing when useManagedIdentity is true.
    return {'token'} if name == 'SASTokenParameter' else set()


def forbidden_members(name, is_response):
    return PRIVATE_MEMBERS if name == 'JsonWebKey' and is_response else set()


def operation(name, parameters, responses):
    return {'operationId': name, 'parameters': parameters + [VERSION_PARAMETER],
            'responses': dict(responses, default=COMMON_ERROR)}


def path_parameter(name):
    return {'name': name, 'in': 'path', 'required': True, 'type': 'string'}


def extend(files):
    """Adds to the documents of either version what later ones have, so that one server can answer all of them."""
    extend_keys(files['keys'])
    extend_rbac(files['rbac'])
    extend_backup(files['backuprestore'])
    extend_security_domain(files['securitydomain'])
    # Only an "innererror" may be null, an answer's own error not.
    files['common']['definitions']['KeyVaultError']['properties']['error']['x-nullable'] = False


def extend_keys(keys):
    definitions = keys['definitions']
    attributes = definitions['KeyAttributes']['properties']
    attributes['exportable'] = {'type': 'boolean'}                          # 7.3; the service answers it to 7.2 too
    attributes['hsmPlatform'] = {'type': 'string', 'readOnly': True}        # 7.5
    attributes['attestation'] = {'$ref': '#/definitions/KeyAttestation', 'readOnly': True}  # 7.6
    definitions['KeyAttestation'] = {'type': 'object', 'properties': {
        'certificatePemFile': {'type': 'string', 'format': 'base64url'},
        'privateKeyAttestation': {'type': 'string', 'format': 'base64url'},
        'publicKeyAttestation': {'type': 'string', 'format': 'base64url'},
        'version': {'type': 'string'}}}
    bundle = {'description': 'the key', 'schema': {'$ref': '#/definitions/KeyBundle'}}
    keys['paths']['/keys/{key-name}/{key-version}/attestation'] = {'get': operation(       # 7.6
        'GetKeyAttestation', [path_parameter('key-name'), path_parameter('key-version')], {'200': bundle})}
    definitions['KeyOperationResult']['properties']['alg'] = {'type': 'string'}  # recorded from a Managed HSM
    definitions['JsonWebKey']['properties']['key_ops']['items']['enum'] = [
        'encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey', 'import', 'export']
    for page in ('KeyListResult', 'DeletedKeyListResult'):
        definitions[page]['properties']['nextLink']['x-nullable'] = True    # null on the last page
    # The service answers "Rotate" (recorded), which is what clients compare; the documents have it in lower case.
    if 'LifetimeActionsType' in definitions:
        definitions['LifetimeActionsType']['properties']['type']['enum'] += ['Rotate', 'Notify']
        for trigger in definitions['LifetimeActionsTrigger']['properties'].values():
            trigger['x-nullable'] = True  # some serialisers write what is not there as null


def extend_rbac(rbac):
    # Scopes of one key are in use, the documents only name the two that are always there.
    rbac['definitions']['RoleScope'] = {'type': 'string', 'pattern': '^/(keys(/[0-9a-zA-Z-]{1,127})?)?$'}


def extend_backup(backup):
    definitions = backup['definitions']
    definitions['SASTokenParameter']['properties']['useManagedIdentity'] = {'type': 'boolean'}  # 7.5
    # The service answers null where there is nothing to say yet.
    for name in ('FullBackupOperation', 'RestoreOperation', 'SelectiveKeyRestoreOperation'):
        for member in ('statusDetails', 'error', 'endTime', 'azureStorageBlobContainerUri'):
            if member in definitions[name]['properties']:
                definitions[name]['properties'][member]['x-nullable'] = True
        definitions[name]['properties']['status']['enum'] = ['InProgress', 'Succeeded', 'Failed', 'Canceled']
    started = {'description': 'started', 'headers': {'Azure-AsyncOperation': {'type': 'string'}}}
    paths = backup['paths']
    paths['/prebackup'] = {'post': operation('PreFullBackup', [body('PreBackupParameters')], {                 # 7.6
        '202': dict(started, schema={'$ref': '#/definitions/FullBackupOperation'})})}
    paths['/prerestore'] = {'put': operation('PreFullRestore', [body('PreRestoreParameters')], {               # 7.6
        '202': dict(started, schema={'$ref': '#/definitions/RestoreOperation'})})}
    definitions['PreBackupParameters'] = definitions['SASTokenParameter']
    definitions['PreRestoreParameters'] = {'type': 'object', 'properties': {
        'sasTokenParameters': {'$ref': '#/definitions/SASTokenParameter'}, 'folderToRestore': {'type': 'string'}}}
    # A poller may come back without an api-version: the URL that the service gave it has none.
    for path, methods in paths.items():
        if path.endswith('/pending'):
            drop_version(methods['get'])


def body(definition):
    return {'name': 'body', 'in': 'body', 'required': True, 'schema': {'$ref': f'#/definitions/{definition}'}}


def drop_version(operation_):
    operation_['parameters'] = [p for p in operation_.get('parameters', []) if 'ApiVersion' not in p.get('$ref', '')]


def extend_security_domain(domain):
    definitions = domain['definitions']
    # Real clients up to az 2.45 parse transfer_key as JSON once more, so the service sends a string (recorded).
    definitions['TransferKey']['properties']['transfer_key'] = {'type': 'string', 'minLength': 2}
    # The service says statusDetails, the documents status_details.
    definitions['SecurityDomainOperationStatus']['properties']['statusDetails'] = {'type': 'string'}
