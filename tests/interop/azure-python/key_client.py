"""KeyClient: keys of every type are created, imported, read, listed in pages, changed, rotated, deleted, recovered,
purged, backed up and restored."""

import os
from datetime import datetime, timedelta, timezone

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.keyvault.keys import (JsonWebKey, KeyClient, KeyCurveName, KeyRotationLifetimeAction, KeyRotationPolicy,
                                 KeyRotationPolicyAction, KeyType)
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lab import STRANGER, URL, keys, refused, run

RSA_OPERATIONS = ['decrypt', 'encrypt', 'sign', 'unwrapKey', 'verify', 'wrapKey']


def creates_rsa():
    for size in (2048, 3072, 4096):
        key = keys.create_rsa_key(f'py-rsa-{size}', size=size, hardware_protected=True)
        assert key.key_type == KeyType.rsa_hsm, key.key_type
        assert len(key.key.n) * 8 == size
        assert sorted(key.key_operations) == RSA_OPERATIONS
        assert key.id == f'{URL}/keys/py-rsa-{size}/{key.properties.version}'
    assert keys.create_rsa_key('py-rsa-e3', public_exponent=3).key.e == b'\x03'


def creates_ec():
    for curve, size in (('P-256', 32), ('P-384', 48), ('P-521', 66), ('P-256K', 32)):
        key = keys.create_ec_key(f'py-ec-{curve}', curve=curve, hardware_protected=True)
        assert key.key.crv == curve
        assert (len(key.key.x), len(key.key.y)) == (size, size)
        assert sorted(key.key_operations) == ['sign', 'verify']


def creates_oct():
    for size in (128, 192, 256):
        key = keys.create_oct_key(f'py-oct-{size}', size=size, hardware_protected=True)
        assert key.key_type == KeyType.oct_hsm
        assert key.key.k is None


def keeps_what_it_is_given():
    now = datetime.now(timezone.utc).replace(microsecond=0)
    times = (now - timedelta(days=1), datetime(3000, 1, 1, tzinfo=timezone.utc))
    made = keys.create_key('py-attributes', 'EC-HSM', enabled=False, not_before=times[0], expires_on=times[1],
                           tags={'purpose': 'test', 'ä b': ''})
    read = keys.get_key('py-attributes', made.properties.version)
    for properties in (made.properties, read.properties):
        assert properties.enabled is False
        assert (properties.not_before, properties.expires_on) == times
        assert properties.tags == {'purpose': 'test', 'ä b': ''}
        assert abs(properties.created_on - now) < timedelta(minutes=1)
        assert 'Recoverable' in properties.recovery_level


def number(value):
    return value.to_bytes((value.bit_length() + 7) // 8, 'big')


def imports():
    private = rsa.generate_private_key(65537, 2048).private_numbers()
    public = private.public_numbers
    jwk = JsonWebKey(kty='RSA-HSM', key_ops=['sign', 'verify'], n=number(public.n), e=number(public.e),
                     d=number(private.d), p=number(private.p), q=number(private.q), dp=number(private.dmp1),
                     dq=number(private.dmq1), qi=number(private.iqmp))
    key = keys.import_key('py-imported-rsa', jwk, hardware_protected=True)
    assert key.key.n == number(public.n)
    assert key.key.d is None and key.key.p is None
    private = ec.generate_private_key(ec.SECP256K1()).private_numbers()
    public = private.public_numbers
    jwk = JsonWebKey(kty='EC-HSM', crv='P-256K', x=public.x.to_bytes(32, 'big'), y=public.y.to_bytes(32, 'big'),
                     d=private.private_value.to_bytes(32, 'big'))
    assert keys.import_key('py-imported-ec', jwk).key.x == jwk.x
    oct_key = keys.import_key('py-imported-oct', JsonWebKey(kty='oct-HSM', k=os.urandom(16), key_ops=['encrypt']))
    assert oct_key.key_operations == ['encrypt'] and oct_key.key.k is None


def lists_in_pages():
    names = [key.name for key in keys.list_properties_of_keys()]
    assert {'py-rsa-2048', 'py-oct-256', 'py-imported-ec'} <= set(names)
    pages = [[key.name for key in page] for page in keys.list_properties_of_keys(max_page_size=4).by_page()]
    assert [name for page in pages for name in page] == names
    assert len(pages) >= len(names) / 4 and max(map(len, pages)) <= 4


def has_versions():
    made = [keys.create_ec_key('py-versions', curve=KeyCurveName.p_256).properties.version for _ in range(3)]
    listed = [key.version for key in keys.list_properties_of_key_versions('py-versions')]
    assert sorted(listed) == sorted(made)
    assert keys.get_key('py-versions').properties.version == made[-1]
    assert list(keys.list_properties_of_key_versions('py-never-made')) == []


def changes():
    made = keys.create_rsa_key('py-changed', tags={'a': '1'})
    changed = keys.update_key_properties('py-changed', tags={'b': '2'}, enabled=False, key_operations=['sign'])
    assert changed.properties.version == made.properties.version
    assert (changed.properties.tags, changed.properties.enabled) == ({'b': '2'}, False)
    assert changed.key_operations == ['sign']
    assert changed.properties.created_on == made.properties.created_on


def rotates():
    first = keys.create_key('py-rotated', 'RSA-HSM', size=3072)
    action = KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create='P60D')
    policy = keys.update_key_rotation_policy('py-rotated', KeyRotationPolicy(), lifetime_actions=[action],
                                             expires_in='P90D')
    assert policy.expires_in == 'P90D' and policy.id
    read = keys.get_key_rotation_policy('py-rotated')
    rotations = [action for action in read.lifetime_actions if action.action == KeyRotationPolicyAction.rotate]
    assert [action.time_after_create for action in rotations] == ['P60D']
    second = keys.rotate_key('py-rotated')
    assert second.properties.version != first.properties.version
    assert len(second.key.n) * 8 == 3072


def deletes_recovers_and_purges():
    made = keys.create_ec_key('py-life')
    deleted = keys.begin_delete_key('py-life').result()
    assert deleted.recovery_id == f'{URL}/deletedkeys/py-life'
    days = (deleted.scheduled_purge_date - deleted.deleted_date).days
    assert days == made.properties.recoverable_days
    with refused(404, 'KeyNotFound', ResourceNotFoundError):
        keys.get_key('py-life')
    with refused(409, 'Conflict', ResourceExistsError):
        keys.create_ec_key('py-life')
    assert 'py-life' in [key.name for key in keys.list_deleted_keys()]
    recovered = keys.begin_recover_deleted_key('py-life').result()
    assert recovered.properties.version == made.properties.version
    keys.begin_delete_key('py-life').wait()
    keys.purge_deleted_key('py-life')
    with refused(404, 'KeyNotFound', ResourceNotFoundError):
        keys.get_deleted_key('py-life')


def backs_up_and_restores():
    made = [keys.create_ec_key('py-kept', tags={'n': str(n)}) for n in range(2)]
    backup = keys.backup_key('py-kept')
    with refused(409, 'Conflict', ResourceExistsError):
        keys.restore_key_backup(backup)
    keys.begin_delete_key('py-kept').wait()
    keys.purge_deleted_key('py-kept')
    restored = keys.restore_key_backup(backup)
    assert restored.properties.version == made[1].properties.version
    assert keys.get_key('py-kept', made[0].properties.version).properties.tags == {'n': '0'}
    with refused(400):
        keys.restore_key_backup(backup[:-20])


def refuses_strangers():
    stranger = KeyClient(URL, STRANGER)
    with refused(403, 'AccessDenied'):
        stranger.get_key('py-kept')
    with refused(403, 'AccessDenied'):
        list(stranger.list_properties_of_keys())


run(creates_rsa, creates_ec, creates_oct, keeps_what_it_is_given, imports, lists_in_pages, has_versions, changes,
    rotates, deletes_recovers_and_purges, backs_up_and_restores, refuses_strangers)
