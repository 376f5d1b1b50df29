"""The OpenAPI documents of Managed HSM as JSON Schema.

Documents reads the swagger 2.0 files of one api-version and answers two questions: which operation is this request,
and what is wrong with this value. Schemas are closed: a member that the documents do not name is reported, because a
client that was made from them would never see it.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import later_versions

try:
    import jsonschema
except ImportError:
    print('SKIPPED: jsonschema is missing (Debian package python3-jsonschema)')
    sys.exit(77)

FOLDER = Path(__file__).resolve().parent.parent / 'vectors' / 'openapi'
FILES = ('keys', 'rbac', 'securitydomain', 'backuprestore', 'settings', 'common')
BASE64URL = '^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$'  # without padding; a rest of one is no bytes at all
PASSED_ON = ('type', 'required', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems',
             'uniqueItems')


@dataclass
class Operation:
    name: str         # "CreateKey"
    method: str       # "POST"
    template: str     # "/keys/{key-name}/create"
    pattern: object   # compiled, with a group for each path parameter
    parameters: list  # of query and body, as in the document
    responses: dict   # "200" -> {"schema":…, "headers":…}


def path_pattern(template):
    """A scope is any number of segments, or none; a version may be empty (the latest) and its slash missing."""
    forms = {'scope': '(?P<scope>(?:/[^/]+)*)', 'key-version': '(?:/(?P<key_version>[^/]*))?'}
    text = ''
    for segment in template.strip('/').split('/'):
        name = segment[1:-1] if segment.startswith('{') else None
        text += forms.get(name) or f'/(?P<{name.replace("-", "_")}>[^/]+)' if name else '/' + re.escape(segment)
    return re.compile('^' + text + '/*$', re.IGNORECASE)


class Documents:
    """Those of `version`; `unknown` are members that an api-version before it does not answer yet."""

    def __init__(self, version, unknown=()):
        self.unknown = set(unknown)
        self.files = {}
        for name in FILES:
            path = FOLDER / version / f'{name}.json'
            if path.exists():
                self.files[name] = json.loads(path.read_text())
        later_versions.extend(self.files)
        self.operations = [o for name in self.files for o in self._operations_of(name)]
        self._validators = {}

    def _operations_of(self, name):
        for template, methods in self.files[name].get('paths', {}).items():
            for method, operation in methods.items():
                parameters = [self._resolved(p, name) for p in operation.get('parameters', [])]
                responses = {status: dict(self._resolved(r, name), file=name)
                             for status, r in operation['responses'].items()}
                for parameter in parameters:
                    parameter.setdefault('file', name)
                yield Operation(operation['operationId'], method.upper(), template, path_pattern(template),
                                parameters, responses)

    def _find(self, reference, file):
        """'common.json#/definitions/Error' seen from a file: the file it is in, its name, itself."""
        document, _, pointer = reference.partition('#')
        where = document.removesuffix('.json') if document else file
        value = self.files[where]
        for step in pointer.strip('/').split('/'):
            value = value[step]
        return where, pointer.rsplit('/', 1)[-1], value

    def _resolved(self, value, file):
        if '$ref' not in value:
            return dict(value)
        where, _, found = self._find(value['$ref'], file)
        return dict(found, file=where)

    def find_operation(self, method, path):
        """The operation, or None; literal segments win over parameters ('/keys/{n}/versions' over '/keys/{n}/{v}')."""
        found = [(o.template.count('{'), -len(o.template), o) for o in self.operations
                 if o.method == method and o.pattern.match(path)]
        return min(found, key=lambda f: f[:2])[2] if found else None

    def knows_path(self, path):
        return any(o.pattern.match(path) for o in self.operations)

    def violations(self, value, schema, file, direction):
        """What is wrong with the value; direction is 'request' or 'response'."""
        key = (json.dumps(schema, sort_keys=True), file, direction)
        if key not in self._validators:
            built = Schema(self, direction).built(schema, file)
            self._validators[key] = jsonschema.Draft7Validator(built)
        for error in sorted(self._validators[key].iter_errors(value), key=lambda e: list(map(str, e.absolute_path))):
            yield from told(error)


def told(error):
    """A value that may be null and is something wrong instead: what is wrong with it, not that it is not null."""
    if error.validator == 'anyOf' and error.instance is not None:
        for inner in error.context:
            if inner.schema != {'type': 'null'}:
                yield from told(inner)
        return
    where = '.'.join(map(str, error.absolute_path)) or 'the body'
    yield f'{where}: {error.message[:300]}'


class Schema:
    """One definition with everything that it refers to, as JSON Schema."""

    def __init__(self, documents, direction):
        self.documents = documents
        self.is_response = direction == 'response'
        self.definitions = {}

    def built(self, schema, file):
        return dict(self._converted(schema, file), definitions=self.definitions)

    def _reference(self, reference, file):
        where, name, found = self.documents._find(reference, file)
        key = f'{where}.{name}'
        if key not in self.definitions:
            self.definitions[key] = {}  # a definition may contain itself
            self.definitions[key].update(self._converted(found, where, name))
        return {'$ref': f'#/definitions/{key}'}

    def _converted(self, schema, file, name=None):
        if '$ref' in schema:
            return self._nullable(self._reference(schema['$ref'], file), schema, file)
        result = {k: v for k, v in schema.items() if k in PASSED_ON}
        self._add_format(result, schema)
        if 'enum' in schema:
            result['enum'] = schema['enum'] + list(later_versions.values_of(schema, self.is_response))
        if 'items' in schema:
            result['items'] = self._converted(schema['items'], file)
        if 'properties' in schema or 'allOf' in schema:
            result.update(self._object(schema, file, name))
        elif isinstance(schema.get('additionalProperties'), dict):
            result['additionalProperties'] = self._converted(schema['additionalProperties'], file)
        return self._nullable(result, schema, file)

    @staticmethod
    def _add_format(result, schema):
        if schema.get('format') == 'base64url':
            result['pattern'] = BASE64URL
        elif schema.get('format') == 'unixtime':
            result['minimum'] = 0
        elif schema.get('format') == 'int32':
            result['minimum'] = max(result.get('minimum', -2**31), -2**31)
            result['maximum'] = min(result.get('maximum', 2**31 - 1), 2**31 - 1)

    def _members(self, schema, file):
        """The properties with those of allOf, each with the file it is in: closing a schema needs all of them."""
        members = {}
        for part in schema.get('allOf', []):
            where, _, found = self.documents._find(part['$ref'], file)
            members.update(self._members(found, where))
        members.update({name: (value, file) for name, value in schema.get('properties', {}).items()})
        return members

    def _object(self, schema, file, name):
        members = self._members(schema, file)
        forbidden = later_versions.forbidden_members(name, self.is_response)
        closed = {'type': 'object', 'additionalProperties': False, 'properties': {}}
        for member, (value, where) in members.items():
            is_put_back = member in later_versions.PUT_BACK.get(name, ())
            is_read_only = value.get('readOnly') and not self.is_response and not is_put_back
            if member not in forbidden and not is_read_only:
                closed['properties'][member] = self._converted(value, where)
        required = set(schema.get('required', [])) | later_versions.required_members(name, self.is_response)
        required -= later_versions.optional_members(name, self.is_response) | self.documents.unknown
        closed['required'] = sorted(required)
        return closed

    def _nullable(self, result, schema, file):
        target = schema
        if '$ref' in schema:
            target = dict(self.documents._find(schema['$ref'], file)[2], **schema)
        return {'anyOf': [result, {'type': 'null'}]} if target.get('x-nullable') else result
