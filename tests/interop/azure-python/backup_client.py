"""KeyVaultBackupClient and KeyVaultSettingsClient: a full backup, a restore of everything and of one key."""

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.keys.crypto import SignatureAlgorithm

from lab import backups, cryptography, digest_of, keys, refused, run, settings

STORAGE = 'https://lab.blob.core.windows.net/backups'
SAS = 'sv=2021-06-08&ss=b&srt=co&sp=rwdl&se=2999-01-01T00:00:00Z&spr=https&sig=c2lnbmF0dXJl'
DIGEST = digest_of('sha256', b'before the disaster')


def delete_and_purge(*names):
    for name in names:
        keys.begin_delete_key(name).wait()
        keys.purge_deleted_key(name)


def restores_everything():
    kept = keys.create_ec_key('py-backup-kept', tags={'a': 'b'})
    signature = cryptography(kept).sign(SignatureAlgorithm.es256, DIGEST).signature
    folder = backups.begin_backup(STORAGE, SAS).result().folder_url
    assert folder.startswith(STORAGE + '/mhsm-'), folder
    delete_and_purge('py-backup-kept')
    keys.create_ec_key('py-backup-later')
    backups.begin_restore(folder, SAS).wait()
    restored = keys.get_key('py-backup-kept')
    assert restored.id == kept.id and restored.properties.tags == {'a': 'b'}
    assert cryptography(restored).verify(SignatureAlgorithm.es256, DIGEST, signature).is_valid
    with refused(404, 'KeyNotFound', ResourceNotFoundError):
        keys.get_key('py-backup-later')  # a full restore replaces everything


def restores_one_key():
    one, other = keys.create_ec_key('py-backup-one'), keys.create_ec_key('py-backup-other')
    folder = backups.begin_backup(STORAGE, SAS).result().folder_url
    delete_and_purge('py-backup-one', 'py-backup-other')
    backups.begin_restore(folder, SAS, key_name='py-backup-one').wait()
    assert keys.get_key('py-backup-one').id == one.id
    with refused(404, 'KeyNotFound', ResourceNotFoundError):
        keys.get_key(other.name)


def a_token_needs_an_expiry():
    with refused(400, 'BadRequest'):
        backups.begin_backup(STORAGE, SAS.replace('&se=2999-01-01T00:00:00Z', ''))


def a_folder_must_be_there():
    try:
        backups.begin_restore(STORAGE + '/mhsm-lab-2020010100000000', SAS).result()
    except HttpResponseError as error:
        print(error)
        return
    raise AssertionError('a backup was restored that nobody made')


def changes_settings():
    name = 'AllowKeyManagementOperationsThroughARM'
    listed = {setting.name: setting for setting in settings.list_settings()}
    assert listed[name].value in ('true', 'false') and listed[name].type == 'boolean'
    other = 'false' if listed[name].value == 'true' else 'true'
    assert settings.update_setting(name, other).value == other
    assert settings.get_setting(name).value == other
    settings.update_setting(name, listed[name].value)
    with refused(404):
        settings.get_setting('NoSuchSetting')


run(changes_settings, restores_everything, restores_one_key, a_token_needs_an_expiry, a_folder_must_be_there)
